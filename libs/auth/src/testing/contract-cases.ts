import type { ContractScheme } from './contract-schemes.js';
import type { DocumentedAlternative, DocumentedOperation } from './documented-operations.js';
import { carried } from './wire.js';
import type { Carried, Wire } from './wire.js';

/** Credentials of one scheme in a request. `unknown`: well-formed, and its strategy refuses them. */
export interface Sent {
  readonly scheme: ContractScheme & { readonly wire: Wire };
  readonly state: 'good' | 'malformed' | 'unknown';
  /** What good ones were granted. */
  readonly scopes: readonly string[];
}

/** A request that the document has something to say about. */
export interface ContractCase {
  /** `oauth2 without the scope items`. */
  readonly title: string;
  /** The scheme that the operation does not name, whose credentials are all that is sent. */
  readonly only: string | null;
  /** It has all other credentials too, to find alternatives that the document leaves out; told where nothing simpler shows the same. */
  readonly isCrowded: boolean;
  readonly sent: readonly Sent[];
  readonly request: Carried;
}

/** What an operation cannot be asked, and why. */
export interface CaseMistake {
  readonly problem: string;
  /** The application could not keep the promise either: nobody can call the operation in this way. */
  readonly isImpossible: boolean;
}

export const WITHOUT_CREDENTIALS: ContractCase = { title: 'without credentials', only: null, isCrowded: false, sent: [], request: { headers: {}, query: {} } };

/** Any credentials will do: it is known beforehand which request carries which. */
const TOKEN = 'contract';

/**
 * The requests that an operation's `security` speaks of: for each alternative the one that must pass, each scope and each
 * term missing, bad credentials of each term; and the credentials of each other scheme alone, and of all of them together.
 *
 * @param allScopes - all that the application asks for anywhere; the caller who lacks one scope has every other
 */
export function contractCases({ alternatives }: DocumentedOperation, schemes: ReadonlyMap<string, ContractScheme>, allScopes: readonly string[]): { cases: readonly ContractCase[]; mistakes: readonly CaseMistake[] } {
  const cases: (ContractCase | CaseMistake)[] = [];
  const everybody = [...schemes.values()].filter(isSendable).map((scheme): Sent => ({ scheme, state: 'good', scopes: allScopes }));
  const full = alternatives.filter(({ size }) => size > 0).map((alternative) => ({ alternative, sent: fullySent(alternative, schemes, allScopes) }));
  // Of alternatives that come from several places some may be of no use.
  const isCallable = alternatives.length > full.length || full.some(({ sent }) => !('problem' in sent));
  for (const { alternative, sent } of full) {
    cases.push(...('problem' in sent ? [{ ...sent, isImpossible: sent.isImpossible && (sent.isUndescribed || !isCallable) }] : casesOfAlternative(sent, alternative, allScopes, everybody)));
  }
  const named = new Set(alternatives.flatMap((alternative) => [...alternative.keys()]));
  const others = named.size === 0 ? [] : everybody.filter(({ scheme: { name } }) => !named.has(name));
  for (const each of others) cases.push(caseOf(`credentials of ${each.scheme.name} only`, [each], each.scheme.name));
  for (const sent of [together(others), together(others.toReversed())]) {
    if (sent.length > 1) cases.push(caseOf('credentials of all other schemes', sent, null, true));
  }
  const distinct = new Map(cases.flatMap((found) => ('problem' in found ? [] : [[keyOf(found), found]])).reverse() as [string, ContractCase][]);
  return { cases: [...distinct.values()].reverse(), mistakes: cases.flatMap((found) => ('problem' in found ? [found] : [])) };
}

/** As many of them as one request can carry, beside what it has. */
function together(sent: readonly Sent[], own: readonly Sent[] = []): readonly Sent[] {
  return sent.reduce((some, other) => (requestWith([...some, other]) === null ? some : [...some, other]), own);
}

function fullySent(alternative: DocumentedAlternative, schemes: ReadonlyMap<string, ContractScheme>, allScopes: readonly string[]): readonly Sent[] | (CaseMistake & { readonly isUndescribed: boolean }) {
  const sent: Sent[] = [];
  for (const [name, scopes] of alternative) {
    const scheme = schemes.get(name);
    if (scheme?.isDocumented !== true) return { problem: `security names ${name}, which components.securitySchemes does not describe`, isImpossible: true, isUndescribed: true };
    if (!isSendable(scheme)) return { problem: `a request cannot carry credentials of ${name}`, isImpossible: false, isUndescribed: false };
    sent.push({ scheme, state: 'good', scopes: scheme.listsScopes ? scopes : allScopes });
  }
  const problem = `no request can carry ${sent.map(({ scheme }) => scheme.name).join(' and ')} together, as both need the same header field`;
  return requestWith(sent) === null ? { problem, isImpossible: true, isUndescribed: false } : sent;
}

function casesOfAlternative(full: readonly Sent[], alternative: DocumentedAlternative, allScopes: readonly string[], everybody: readonly Sent[]): readonly (ContractCase | CaseMistake)[] {
  const cases: (ContractCase | CaseMistake)[] = [caseOf(full.map(({ scheme, scopes }) => shownTerm(scheme, scopes)).join(' and '), full)];
  for (const term of full) {
    const { scheme } = term;
    const beside = everybody.filter((each) => full.every((own) => own.scheme !== each.scheme));
    const instead = (changed: Partial<Sent>): readonly Sent[] => full.map((other) => (other === term ? { ...term, ...changed } : other));
    const scopes = alternative.get(scheme.name) ?? [];
    if (scheme.verifiedBy === 'code' && scopes.length > 0) {
      cases.push({ problem: `the scopes of ${scheme.name} are checked by the code that takes its credentials, as it has no strategy`, isImpossible: false });
    } else {
      for (const missing of scopes) {
        const others = [...new Set([...scopes, ...allScopes])].filter((scope) => scope !== missing);
        cases.push(caseOf(`${scheme.name} without the scope ${missing}`, instead({ scopes: others })), caseOf(`${scheme.name} without the scope ${missing}, and all other credentials`, together(beside, instead({ scopes: others })), null, true));
      }
    }
    const rest = full.filter((other) => other !== term);
    if (rest.length > 0) cases.push(caseOf(`${rest.map((other) => other.scheme.name).join(' and ')} without ${scheme.name}`, rest), caseOf(`all credentials but those of ${scheme.name}`, together(beside, rest), null, true));
    if (scheme.wire.malformed !== null) cases.push(caseOf(`malformed credentials of ${scheme.name}`, instead({ state: 'malformed' })));
    if (scheme.verifiedBy !== 'code') cases.push(caseOf(`unknown credentials of ${scheme.name}`, instead({ state: 'unknown' })));
  }
  return cases;
}

/** `title` is told of a request that can be sent. */
function caseOf(title: string, sent: readonly Sent[], only: string | null = null, isCrowded = false): ContractCase | CaseMistake {
  const request = requestWith(sent);
  return request === null ? { problem: `${title}: a request cannot carry both`, isImpossible: false } : { title, only, isCrowded, sent, request };
}

function requestWith(sent: readonly Sent[]): Carried | null {
  // Of two schemes that read the same field, the bad credentials of one are those of the other too.
  const bad = sent.filter(({ state }) => state === 'malformed');
  return carried(sent.map(({ scheme: { wire } }) => {
    const malformed = bad.find(({ scheme }) => scheme.wire.in === wire.in && scheme.wire.name === wire.name && scheme.wire.scheme === wire.scheme);
    return [wire, malformed?.scheme.wire.malformed ?? wire.credentials(TOKEN)];
  }));
}

function isSendable(scheme: ContractScheme): scheme is Sent['scheme'] {
  return scheme.wire !== null;
}

function shownTerm({ name, listsScopes }: ContractScheme, scopes: readonly string[]): string {
  return listsScopes && scopes.length > 0 ? `${name} with ${scopes.join(', ')}` : name;
}

function keyOf({ sent }: ContractCase): string {
  return JSON.stringify(sent.map(({ scheme, state, scopes }) => [scheme.name, state, [...scopes].sort()]).sort());
}
