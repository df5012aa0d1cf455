import type { Sent } from './contract-cases.js';
import type { ContractScheme } from './contract-schemes.js';
import type { DocumentedAlternative } from './documented-operations.js';
import { reads } from './wire.js';

/**
 * What a document says to a request. `refused`: 401 or 403, as it does not tell which term of an alternative is looked at
 * first. `unsaid`: good credentials of one alternative beside bad ones of another; the document does not tell which count.
 */
export interface Expectation {
  readonly outcome: 'allow' | 'unauthenticated' | 'forbidden' | 'refused' | 'unsaid';
  /** For each alternative that does not hold, the schemes whose credentials are missing or bad. */
  readonly unidentified: readonly (readonly ContractScheme[])[];
  /** The schemes whose credentials are good and lack scopes. */
  readonly lacking: readonly { readonly scheme: ContractScheme; readonly scopes: readonly string[] }[];
}

/** What one term of an alternative finds: `null` for credentials that are missing or bad, else the scopes that they lack. */
type Finding = { readonly scheme: ContractScheme; readonly missing: readonly string[] | null };

/** What `security` says to a request; the reading of OpenAPI 3.1 §4.8.30, with bad credentials never an anonymous caller's. */
export function expectationOf(alternatives: readonly DocumentedAlternative[], sent: readonly Sent[], schemes: ReadonlyMap<string, ContractScheme>): Expectation {
  const named = [...new Set(alternatives.flatMap((alternative) => [...alternative.keys()]))].flatMap((name) => schemes.get(name) ?? []);
  // One that names a scheme which nobody describes cannot hold.
  const described = alternatives.filter((alternative) => [...alternative.keys()].every((name) => schemes.has(name)));
  const findings = described.map((alternative) => [...alternative].flatMap(([name, scopes]) => findingOf(schemes.get(name), scopes, sent)));
  const isAnonymous = named.every((scheme) => !isSentTo(scheme, sent));
  const holds = findings.some((terms) => (terms.length === 0 ? isAnonymous : terms.every(({ missing }) => missing?.length === 0)));
  const unidentified = findings.map((terms) => terms.filter(({ missing }) => missing === null).map(({ scheme }) => scheme)).filter(({ length }) => length > 0);
  const lacking = findings.flat().flatMap(({ scheme, missing }) => (missing === null || missing.length === 0 ? [] : [{ scheme, scopes: missing }]));
  const isForbidden = findings.some((terms) => terms.length > 0 && terms.every(({ missing }) => missing !== null));
  const refusal = isForbidden ? 'forbidden' : lacking.length > 0 ? 'refused' : 'unauthenticated';
  const outcome = !holds ? refusal : sent.some(({ state }) => state !== 'good') ? 'unsaid' : 'allow';
  return { outcome, unidentified, lacking };
}

function findingOf(scheme: ContractScheme | undefined, required: readonly string[], sent: readonly Sent[]): Finding[] {
  if (scheme === undefined) return [];
  const found = sent.filter((credentials) => isReadBy(scheme, credentials));
  if (found.length === 0 || found.some(({ state }) => state === 'malformed')) return [{ scheme, missing: null }];
  // Nobody tells whose they are: any that are well-formed are let through, with their scopes.
  if (scheme.verifiedBy === 'code') return [{ scheme, missing: [] }];
  const own = found.find((credentials) => credentials.scheme.name === scheme.name && credentials.state === 'good');
  return [{ scheme, missing: own === undefined ? null : required.filter((scope) => scheme.listsScopes && !own.scopes.includes(scope)) }];
}

function isSentTo(scheme: ContractScheme, sent: readonly Sent[]): boolean {
  return sent.some((credentials) => isReadBy(scheme, credentials));
}

function isReadBy({ wire }: ContractScheme, sent: Sent): boolean {
  return wire !== null && reads(wire, sent.scheme.wire);
}
