import { CATALOGUES } from './application.js';
import type { Application, Member, SchemeName } from './application.js';
import type { Requirable } from './placed-model.js';

/** A scheme of one way. */
interface WayTerm {
  readonly scopes: ReadonlySet<string>;
  /** It may be absent (`autoError: false`), and here it is: it must have sent nothing. */
  readonly isWaived: boolean;
  /** Something asks for scopes that takes no credentials. */
  readonly isDemanded: boolean;
}

/** One way to meet an expression: all terms, and nothing is sent to the schemes that are absent. */
export interface DraftWay {
  readonly terms: ReadonlyMap<SchemeName, WayTerm>;
  readonly absent: ReadonlySet<SchemeName>;
}

export const EMPTY_WAY: DraftWay = { terms: new Map(), absent: new Set() };

/** The ways to meet an expression, those of callers who send nothing at last. */
export function waysOf(application: Application, what: Requirable | Member, isTaken: boolean): readonly DraftWay[] {
  switch (what.is) {
    case 'anonymous':
      return [EMPTY_WAY];
    case 'scheme': {
      const isOptional = application.schemes.some(({ name, autoError }) => name === what.scheme && !autoError);
      return (isOptional ? [false, true] : [false]).map((isWaived) => ({ ...EMPTY_WAY, terms: new Map([[what.scheme, { scopes: new Set<string>(), isWaived, isDemanded: false }]]) }));
    }
    case 'scheme with scopes': {
      if (what.scopes.length === 0) return waysOf(application, { is: 'scheme', scheme: what.scheme }, isTaken);
      return [{ ...EMPTY_WAY, terms: new Map([[what.scheme, { scopes: new Set(what.scopes), isWaived: false, isDemanded: !isTaken }]]) }];
    }
    case 'allOf':
      return what.members.map((member) => waysOf(application, member, isTaken)).reduce(product, [EMPTY_WAY]);
    case 'anyOf': {
      const ways = what.members.flatMap((member) => waysOf(application, member, isTaken));
      const named = new Set(ways.flatMap(({ terms, absent }) => [...terms.keys(), ...absent]));
      const ofNobody = ways.filter(isOfNobody).map(({ terms }) => ({ terms, absent: new Set([...named].filter((name) => !terms.has(name))) }));
      return [...ways.filter((way) => !isOfNobody(way)), ...ofNobody];
    }
  }
}

function isOfNobody({ terms }: DraftWay): boolean {
  return [...terms.values()].every(({ isWaived }) => isWaived);
}

/** The ways to meet both; none that wants a scheme both sent and absent. */
export function product(some: readonly DraftWay[], others: readonly DraftWay[]): readonly DraftWay[] {
  return some.flatMap((one) => others.flatMap((other) => both(one, other)));
}

function both(one: DraftWay, other: DraftWay): readonly DraftWay[] {
  const terms = new Map(one.terms);
  for (const [name, term] of other.terms) {
    const same = terms.get(name) ?? { scopes: [], isWaived: term.isWaived, isDemanded: false };
    if (same.isWaived !== term.isWaived) return [];
    terms.set(name, { scopes: new Set([...same.scopes, ...term.scopes]), isWaived: term.isWaived, isDemanded: same.isDemanded || term.isDemanded });
  }
  const absent = new Set([...one.absent, ...other.absent]);
  return [...absent].some((name) => terms.get(name)?.isWaived === false) ? [] : [{ terms, absent }];
}

/** The schemes that must carry a scope: those that declare it, else those without a catalogue. None: nobody knows it. */
export function carriersOf(scope: string, schemes: readonly SchemeName[]): readonly SchemeName[] {
  const declaring = schemes.filter((name) => CATALOGUES[name]?.includes(scope));
  return declaring.length > 0 ? declaring : schemes.filter((name) => CATALOGUES[name] === undefined);
}

/** A way whose schemes must carry a scope. One that nobody knows is meant for all of them. */
export function withScope({ terms, absent }: DraftWay, scope: string, isTaken: boolean): DraftWay {
  const carriers = carriersOf(scope, [...terms.keys()]);
  const more = [...terms].map(([name, term]): [SchemeName, WayTerm] => {
    if (carriers.length > 0 && !carriers.includes(name)) return [name, term];
    return [name, { ...term, scopes: new Set([...term.scopes, scope]), isDemanded: term.isDemanded || !isTaken }];
  });
  return { terms: new Map(more), absent };
}
