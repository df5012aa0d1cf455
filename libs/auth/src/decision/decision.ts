import { isTruncated } from '../schemes/field-lines.js';
import { AMBIGUOUS, MALFORMED } from '../schemes/scheme.js';
import type { SchemeRequest, SecurityScheme } from '../schemes/scheme.js';
import { wants } from '../scopes/requirement.js';
import type { Alternative, Requirement, Term } from '../scopes/requirement.js';
import type { SecurityScopes } from '../scopes/security-scopes.js';
import type { Verification } from '../strategies/strategy.js';
import { Principal } from './principal.js';
import type { PrincipalParts } from './principal.js';

/** What the guard does with a request. */
export type Decision =
  | Allowed
  | { readonly kind: 'unauthenticated'; readonly failures: readonly AuthenticationFailure[] }
  | { readonly kind: 'invalid-request' | 'insufficient-scope'; readonly scheme: SecurityScheme; readonly alternative: Alternative }
  | { readonly kind: 'cross-site' }
  | { readonly kind: 'rejected'; readonly error: Error }
  | { readonly kind: 'unavailable'; readonly cause: unknown };

/** The caller is let in by this alternative, with what the request presented. */
export interface Allowed {
  readonly kind: 'allow';
  readonly principal: Principal;
  readonly alternative: Alternative;
  readonly presented: PresentedSchemes;
}

/** The credentials of a scheme, if a caller was let in with them and these scopes. Those of an alternative that failed do not count. */
export function metCredentials({ alternative, presented }: Allowed, scheme: SecurityScheme, scopes: readonly string[]): unknown {
  return wants(alternative, scheme, scopes) ? presented.credentialsOf(scheme) : undefined;
}

/** Why one alternative could not identify the caller: what its scheme found, or what the strategy said of it. */
export interface AuthenticationFailure {
  readonly scheme: SecurityScheme;
  readonly alternative: Alternative;
  readonly reason: 'absent' | 'malformed' | 'refused' | 'stale';
}

/** Verifies credentials; `null` where the scheme has no strategy. */
export type Verify = (scheme: SecurityScheme, credentials: unknown, request: SchemeRequest) => Promise<Verification | null>;

/** What a request has to offer to one scheme. `extracted`: credentials that no strategy verifies. */
type Presented =
  | Verification
  | { readonly kind: 'absent' | 'malformed' | 'ambiguous' | 'cross-site' | 'extracted' };

/**
 * Tries the alternatives of a requirement in order, and no further than the first that lets the request in.
 * Each scheme is asked once, however many alternatives name it.
 *
 * @param known - an earlier decision about the same request: what was verified then is not verified again
 */
export async function decide(requirement: Requirement, required: SecurityScopes, request: SchemeRequest, verify: Verify, known: Allowed | null = null): Promise<Decision> {
  const schemes = new PresentedSchemes(request, verify, known?.presented);
  const refusals: Decision[] = [];
  for (const alternative of requirement) {
    const decision = await tryAlternative(alternative, required, schemes);
    if (decision?.kind === 'allow') return decision;
    if (decision !== null) refusals.push(decision);
  }
  return combined(refusals);
}

/** What a request has to offer to the schemes that were asked so far. */
class PresentedSchemes {
  readonly #credentials = new Map<SecurityScheme, unknown>();
  readonly #presented = new Map<SecurityScheme, Presented>();
  readonly #isTruncated: boolean;

  constructor(
    readonly request: SchemeRequest,
    private readonly verify: Verify,
    private readonly earlier?: PresentedSchemes,
  ) {
    this.#isTruncated = isTruncated(request);
  }

  async ask(scheme: SecurityScheme): Promise<Presented> {
    const presented = this.#presented.get(scheme) ?? (await this.present(scheme));
    this.#presented.set(scheme, presented);
    return presented;
  }

  /** What a strategy has said; what nobody verifies is taken out of the request again for each who wants it. */
  verifiedBy(scheme: SecurityScheme): Presented | undefined {
    const presented = this.#presented.get(scheme);
    return presented?.kind === 'verified' ? presented : this.earlier?.verifiedBy(scheme);
  }

  /** What a scheme took out of the request, where it was asked. */
  credentialsOf(scheme: SecurityScheme): unknown {
    return this.#credentials.get(scheme);
  }

  private async present(scheme: SecurityScheme): Promise<Presented> {
    if (this.#isTruncated) return AMBIGUOUS;
    const known = this.earlier?.verifiedBy(scheme);
    if (known !== undefined) {
      this.#credentials.set(scheme, this.earlier?.credentialsOf(scheme));
      return known;
    }
    const extraction = scheme.extract(this.request);
    switch (extraction.kind) {
      case 'credentials':
        this.#credentials.set(scheme, extraction.credentials);
        return (await this.verify(scheme, extraction.credentials, this.request)) ?? { kind: 'extracted' };
      case 'absent':
      case 'ambiguous':
      case 'cross-site':
        return extraction;
      case 'malformed':
      // Whatever else the extract() of a subclass may return.
      default:
        return MALFORMED;
    }
  }
}

/** `null`: this alternative is for callers who sent nothing, and this one did; the alternative they used has the answer. */
async function tryAlternative(alternative: Alternative, required: SecurityScopes, schemes: PresentedSchemes): Promise<Decision | null> {
  const { terms, absent } = alternative;
  for (const scheme of absent) {
    if ((await schemes.ask(scheme)).kind !== 'absent') return null;
  }
  let identified: PrincipalParts<unknown> | null = null;
  for (const term of terms) {
    const presented = await schemes.ask(term.scheme);
    const refusal = refusalOf(term, presented, alternative);
    if (refusal !== null) return refusal;
    if (presented.kind === 'verified') identified ??= { ...presented, scheme: term.scheme.name };
  }
  return { kind: 'allow', principal: new Principal(identified ?? NOBODY, required, schemes.request), alternative, presented: schemes };
}

/** Stands for the caller where nobody was identified and nobody need be. */
const NOBODY = { user: undefined, scopes: [], scheme: null, claims: {} };

function refusalOf({ scheme, scopes, isUnverified }: Term, presented: Presented, alternative: Alternative): Decision | null {
  switch (presented.kind) {
    case 'verified':
      return scopes.every((scope) => presented.scopes.includes(scope)) ? null : { kind: 'insufficient-scope', scheme, alternative };
    case 'extracted':
      return isUnverified ? null : { kind: 'unauthenticated', failures: [{ scheme, alternative, reason: 'refused' }] };
    case 'absent':
    case 'malformed':
      return { kind: 'unauthenticated', failures: [{ scheme, alternative, reason: presented.kind }] };
    case 'refused':
      return { kind: 'unauthenticated', failures: [{ scheme, alternative, reason: presented.isStale === true ? 'stale' : 'refused' }] };
    case 'ambiguous':
      return { kind: 'invalid-request', scheme, alternative };
    case 'cross-site':
      return { kind: 'cross-site' };
    case 'rejected':
    case 'unavailable':
      return presented;
  }
}

/** What outweighs what when no alternative allows: a caller who was identified hears more than one who was not. */
const ORDER = ['rejected', 'insufficient-scope', 'invalid-request', 'cross-site', 'unavailable'] as const;

function combined(refusals: readonly Decision[]): Decision {
  for (const kind of ORDER) {
    const refusal = refusals.find((candidate) => candidate.kind === kind);
    if (refusal !== undefined) return refusal;
  }
  return { kind: 'unauthenticated', failures: refusals.flatMap((refusal) => (refusal.kind === 'unauthenticated' ? refusal.failures : [])) };
}
