import { dependencyNameOf, routesOf, whereOf } from './application.js';
import type { Application, Route, SchemeName, Use } from './application.js';
import { declaredFor } from './declared-model.js';
import { expectedFor } from './merging-model.js';
import { schemesIn } from './placed-model.js';

/** A mistake that stops an application: the code of its rule, and the class and method. */
export interface Mistake {
  readonly code: string;
  readonly where: string;
}

/** The mistakes of an application, by the rules of the README alone; nothing of the library is used. */
export function mistakesIn(application: Application): readonly Mistake[] {
  const all = routesOf(application).flatMap((route) => [...unreadScopes(application, route), ...ownMistakes(application, route)]);
  return [...new Map(all.map((mistake) => [`${mistake.code} ${mistake.where}`, mistake])).values()];
}

function ownMistakes(application: Application, route: Route): readonly Mistake[] {
  const where = whereOf(route);
  if (declaredFor(application, route).isContradictory) return [{ code: 'public-with-requirement', where }];
  const { access, ways, placed, schemes, unheld, unchecked, isTooMuch } = expectedFor(application, route);
  if (access === 'denied') return [{ code: 'undeclared-route', where }];
  const unregistered = schemes.filter((name) => application.schemes.every((scheme) => scheme.name !== name));
  if (unregistered.length > 0) {
    const placeOf = (name: SchemeName): string => placed.find(({ what }) => what !== null && schemesIn(what).includes(name))?.where ?? where;
    return unregistered.map((name) => ({ code: 'scheme-not-registered', where: placeOf(name) }));
  }
  if (isTooMuch) return [{ code: 'too-many-alternatives', where }];
  return [
    ...(ways.length > 0 && ways.every(({ terms }) => areInConflict([...terms.keys()])) ? [{ code: 'conflicting-schemes', where }] : []),
    ...unchecked.map(() => ({ code: 'scheme-without-strategy', where })),
    ...unheld.map((each) => ({ code: each.isOfNobody ? 'anonymous-with-scopes' : 'unknown-scope', where: each.where })),
  ];
}

/** A request has one `Authorization` field. */
function areInConflict(names: readonly SchemeName[]): boolean {
  return names.includes('basic') && names.some((name) => name === 'oauth2' || name === 'clients' || name === 'bearer');
}

/** Scopes that a dependency is asked for, and that nothing in its tree reads. */
function unreadScopes(application: Application, route: Route): readonly Mistake[] {
  const parametersOf = (index: number): readonly Use[] => (application.dependencies[index]?.parameters ?? []).map(({ use }) => use);
  const reads = ({ what }: Use): boolean => what.is !== 'dependency' || application.dependencies[what.dependency]?.takesScopes === true || parametersOf(what.dependency).some(reads);
  const below = (use: Use, where: string): readonly Mistake[] => {
    const own = use.scopes.length > 0 && !reads(use) ? [{ code: 'unread-scopes', where }] : [];
    if (use.what.is !== 'dependency') return own;
    const { dependency } = use.what;
    return [...own, ...parametersOf(dependency).flatMap((each) => below(each, `${dependencyNameOf(dependency)}.resolve`))];
  };
  return declaredFor(application, route).said.flatMap(({ what, scopes }) => (what === null ? [] : below({ what, scopes }, whereOf(route))));
}
