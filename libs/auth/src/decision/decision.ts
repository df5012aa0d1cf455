import type { SchemeRequest, SecurityScheme } from '../schemes/scheme.js';
import type { Alternative, Requirement, Term } from '../scopes/requirement.js';
import type { SecurityScopes } from '../scopes/security-scopes.js';
import type { Verification } from '../strategies/strategy.js';
import { Principal } from './principal.js';

/** What the guard does with a request. */
export type Decision =
  | { readonly kind: 'allow'; readonly principal: Principal }
  | { readonly kind: 'unauthenticated'; readonly failures: readonly AuthenticationFailure[] }
  | { readonly kind: 'invalid-request'; readonly scheme: SecurityScheme }
  | { readonly kind: 'insufficient-scope'; readonly scheme: SecurityScheme }
  | { readonly kind: 'rejected'; readonly error: Error }
  | { readonly kind: 'unavailable'; readonly cause: unknown };

/** Why one alternative could not identify the caller: credentials `absent`, or `invalid`. */
interface AuthenticationFailure {
  readonly scheme: SecurityScheme;
  readonly reason: 'absent' | 'invalid';
}

/** Verifies credentials; `null` where the scheme has no strategy. */
export type Verify = (scheme: SecurityScheme, credentials: unknown, request: SchemeRequest) => Promise<Verification | null>;

/** What a request has to offer to one scheme. `extracted`: credentials that no strategy verifies. */
type Presented =
  | Verification
  | { readonly kind: 'absent' | 'malformed' | 'ambiguous' | 'extracted' };

/**
 * Tries the alternatives of a requirement in order, and no further than the first that lets the request in.
 * Each scheme is asked once, however many alternatives name it.
 */
export async function decide(requirement: Requirement, required: SecurityScopes, request: SchemeRequest, verify: Verify): Promise<Decision> {
  const presented = new Map<SecurityScheme, Presented>();
  const ask = async (scheme: SecurityScheme): Promise<Presented> => {
    const known = presented.get(scheme) ?? (await present(scheme, request, verify));
    presented.set(scheme, known);
    return known;
  };
  const refusals: Decision[] = [];
  for (const alternative of requirement) {
    const decision = await tryAlternative(alternative, required, request, ask);
    if (decision?.kind === 'allow') return decision;
    if (decision !== null) refusals.push(decision);
  }
  return combined(refusals);
}

async function present(scheme: SecurityScheme, request: SchemeRequest, verify: Verify): Promise<Presented> {
  const extraction = scheme.extract(request);
  if (extraction.kind !== 'credentials') return extraction;
  return (await verify(scheme, extraction.credentials, request)) ?? { kind: 'extracted' };
}

/** `null`: this alternative is for callers who sent nothing, and this one did; the alternative they used has the answer. */
async function tryAlternative(
  { terms, absent }: Alternative,
  required: SecurityScopes,
  request: SchemeRequest,
  ask: (scheme: SecurityScheme) => Promise<Presented>,
): Promise<Decision | null> {
  for (const scheme of absent) {
    if ((await ask(scheme)).kind !== 'absent') return null;
  }
  let principal: Principal | null = null;
  for (const term of terms) {
    const presented = await ask(term.scheme);
    const refusal = refusalOf(term, presented);
    if (refusal !== null) return refusal;
    if (presented.kind === 'verified') principal ??= new Principal({ ...presented, scheme: term.scheme.name }, required, request);
  }
  return { kind: 'allow', principal: principal ?? anonymous(required, request) };
}

/** Stands for the caller where nobody was identified and nobody need be. */
function anonymous(required: SecurityScopes, request: SchemeRequest): Principal {
  return new Principal({ user: undefined, scopes: [], scheme: null, claims: {} }, required, request);
}

function refusalOf({ scheme, scopes }: Term, presented: Presented): Decision | null {
  switch (presented.kind) {
    case 'verified':
      return scopes.every((scope) => presented.scopes.includes(scope)) ? null : { kind: 'insufficient-scope', scheme };
    case 'extracted':
      return scopes.length === 0 ? null : { kind: 'insufficient-scope', scheme };
    case 'absent':
      return { kind: 'unauthenticated', failures: [{ scheme, reason: 'absent' }] };
    case 'malformed':
    case 'refused':
      return { kind: 'unauthenticated', failures: [{ scheme, reason: 'invalid' }] };
    case 'ambiguous':
      return { kind: 'invalid-request', scheme };
    case 'rejected':
    case 'unavailable':
      return presented;
  }
}

/** What outweighs what when no alternative allows: a caller who was identified hears more than one who was not. */
const ORDER = ['rejected', 'insufficient-scope', 'invalid-request', 'unavailable'] as const;

function combined(refusals: readonly Decision[]): Decision {
  for (const kind of ORDER) {
    const refusal = refusals.find((candidate) => candidate.kind === kind);
    if (refusal !== undefined) return refusal;
  }
  return { kind: 'unauthenticated', failures: refusals.flatMap((refusal) => (refusal.kind === 'unauthenticated' ? refusal.failures : [])) };
}
