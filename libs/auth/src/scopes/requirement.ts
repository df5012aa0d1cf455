import type { SecurityScheme } from '../schemes/scheme.js';
import type { Declaration } from './declarations.js';

/** One scheme whose credentials are required, with the scopes that they must carry. */
export interface Term {
  readonly scheme: SecurityScheme;
  readonly scopes: readonly string[];
  /** Those that the guard checks: all, but where the scheme only extracts, and code takes the credentials with their scopes. */
  readonly enforced: readonly string[];
}

/**
 * One way to be let in: every term holds (AND), and the schemes in `absent` sent nothing. The latter keeps credentials
 * that were sent and are bad from passing as an anonymous caller. No terms: nobody need be identified.
 */
export interface Alternative {
  readonly terms: readonly Term[];
  readonly absent: readonly SecurityScheme[];
}

/** Alternatives, tried in order (OR): the same shape as OpenAPI's `security`. */
export type Requirement = readonly Alternative[];

/**
 * Requires the schemes and scopes of all declarations together: different schemes are AND, scopes are a union.
 * Without any scheme there is no alternative, so nobody is let in.
 */
export function requirementOf(
  declarations: readonly Declaration[],
  fallback: SecurityScheme | null,
  isVerified: (scheme: SecurityScheme) => boolean,
): Requirement {
  const schemes = requiredSchemes(declarations, fallback);
  if (schemes.length === 0) return [];
  const untaken = declarations.filter(({ isTaken }) => isTaken !== true);
  const terms = schemes.map((scheme) => {
    const scopes = scopesFor(scheme, schemes, declarations);
    return Object.freeze({ scheme, scopes, enforced: isVerified(scheme) ? scopes : scopesFor(scheme, schemes, untaken) });
  });
  return Object.freeze(terms.reduce(withTerm, [{ terms: [], absent: [] }]).map(frozen));
}

/** The schemes a route names, in the order of their first use; the fallback where it names none. */
export function requiredSchemes(declarations: readonly Declaration[], fallback: SecurityScheme | null): readonly SecurityScheme[] {
  const named = declarations.flatMap(({ scheme }) => scheme ?? []);
  if (named.length > 0) return [...new Set(named)];
  return fallback === null ? [] : [fallback];
}

/** The schemes that must carry a scope: those that declare it, else those without a catalogue. None: nobody knows it. */
export function carriersOf(scope: string, schemes: readonly SecurityScheme[]): readonly SecurityScheme[] {
  const declaring = schemes.filter(({ scopes }) => scopes !== null && Object.hasOwn(scopes, scope));
  return declaring.length > 0 ? declaring : schemes.filter(({ scopes }) => scopes === null);
}

function scopesFor(scheme: SecurityScheme, schemes: readonly SecurityScheme[], declarations: readonly Declaration[]): readonly string[] {
  const scopes = declarations.flatMap((declaration) => {
    if (declaration.scheme !== null) return declaration.scheme === scheme ? declaration.scopes : [];
    return declaration.scopes.filter((scope) => {
      const carriers = carriersOf(scope, schemes);
      // A scope that no scheme knows is a finding of the audit; where that is only a warning, nobody must get past it.
      return carriers.length === 0 || carriers.includes(scheme);
    });
  });
  return Object.freeze([...new Set(scopes)]);
}

/** A scheme with `autoError: false` may be absent, which is a further alternative; not where it must carry scopes. */
function withTerm(alternatives: readonly Alternative[], term: Term): readonly Alternative[] {
  const isOptional = !term.scheme.autoError && term.enforced.length === 0;
  return alternatives.flatMap((alternative) => {
    const required = { ...alternative, terms: [...alternative.terms, term] };
    return isOptional ? [required, { ...alternative, absent: [...alternative.absent, term.scheme] }] : [required];
  });
}

function frozen({ terms, absent }: Alternative): Alternative {
  return Object.freeze({ terms: Object.freeze([...terms]), absent: Object.freeze([...absent]) });
}
