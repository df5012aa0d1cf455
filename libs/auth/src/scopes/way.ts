import type { SecurityScheme } from '../schemes/scheme.js';

/** A scheme whose credentials are required. */
export interface WayTerm {
  readonly scheme: SecurityScheme;
  readonly scopes: readonly string[];
  /** `autoError: false`: it is left out, so that it must have sent nothing. Not where it would have to carry scopes. */
  readonly isWaived: boolean;
  /** Some of its scopes are asked for by what takes no credentials, so that only the guard can check them. */
  readonly isDemanded: boolean;
}

/** One way to meet an expression: every term (AND), and nothing was sent to the schemes in `absent`. */
export interface Way {
  readonly terms: readonly WayTerm[];
  readonly absent: readonly SecurityScheme[];
}

/** Each is one more that a request may have to be tried against. */
export const MOST_WAYS = 64;

/** Whether a way is for callers who sent nothing. */
export function isAnonymous({ terms }: Way): boolean {
  return terms.every(({ isWaived }) => isWaived);
}

/** All schemes of some ways, in the order of their first use. */
export function schemesIn(ways: readonly Way[]): readonly SecurityScheme[] {
  return [...new Set(ways.flatMap(({ terms, absent }) => [...terms.map(({ scheme }) => scheme), ...absent]))];
}

/**
 * The ways to meet both of two requirements: a scheme that is in both carries the scopes of both. What wants a scheme both
 * sent and absent is no way. `null`: there are more than {@link MOST_WAYS}.
 */
export function product(some: readonly Way[], others: readonly Way[]): readonly Way[] | null {
  const ways: Way[] = [];
  for (const one of some) {
    for (const other of others) {
      const way = both(one, other);
      if (way !== null) ways.push(way);
      if (ways.length > MOST_WAYS) return null;
    }
  }
  return ways;
}

function both(one: Way, other: Way): Way | null {
  if (one.terms.length === 0 && one.absent.length === 0) return other;
  const terms = new Map(one.terms.map((term) => [term.scheme, term]));
  for (const term of other.terms) {
    const same = terms.get(term.scheme);
    if (same !== undefined && same.isWaived !== term.isWaived) return null;
    terms.set(term.scheme, same === undefined ? term : { ...same, ...term, scopes: [...new Set([...same.scopes, ...term.scopes])], isDemanded: same.isDemanded || term.isDemanded });
  }
  const absent = [...new Set([...one.absent, ...other.absent])];
  return absent.some((scheme) => terms.get(scheme)?.isWaived === false) ? null : { terms: [...terms.values()], absent };
}
