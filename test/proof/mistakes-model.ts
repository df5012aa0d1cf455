import { dependencyNameOf, routesOf, whereOf } from './application.js';
import type { Application, Route, SchemeName, Use } from './application.js';
import { declaredFor } from './declared-model.js';
import type { Said } from './declared-model.js';
import { carriersOf, defaultOf, expectedFor } from './merging-model.js';

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
  const { said, isPublic, isContradictory } = declaredFor(application, route);
  if (isContradictory) return [{ code: 'public-with-requirement', where }];
  if (isPublic) return [];
  if (expectedFor(application, route).access === 'denied') return [{ code: 'undeclared-route', where }];

  const placed = said.flatMap((each) => placedIn(application, each, where));
  const fallback = defaultOf(application, said);
  const schemes = [...new Set([...placed.map(({ scheme }) => scheme), ...(fallback === null ? [] : [fallback])])];
  const unregistered = schemes.filter((name) => application.schemes.every((scheme) => scheme.name !== name));
  if (unregistered.length > 0) {
    return unregistered.map((name) => ({ code: 'scheme-not-registered', where: placed.find(({ scheme }) => scheme === name)?.where ?? where }));
  }
  const bareScopes = said.flatMap(({ what, scopes }) => (what === null ? scopes : []));
  const unknown = [
    ...placed.flatMap(({ scheme, scopes }) => scopes.filter(({ scope }) => carriersOf(scope, [scheme]).length === 0)),
    ...bareScopes.filter((scope) => schemes.length > 0 && carriersOf(scope, schemes).length === 0).map(() => ({ where })),
  ];
  const unverified = schemes.filter((name) => {
    const isTaken = placed.some((each) => each.scheme === name && each.isTaken);
    // A scope that nobody knows is meant for all.
    const isMeant = (carriers: readonly SchemeName[]): boolean => carriers.length === 0 || carriers.includes(name);
    const untaken = [...placed.filter((each) => each.scheme === name && !each.isTaken).flatMap(({ scopes }) => scopes), ...bareScopes.filter((scope) => isMeant(carriersOf(scope, schemes)))];
    return application.schemes.some((scheme) => scheme.name === name && !scheme.hasStrategy) && (!isTaken || untaken.length > 0);
  });
  return [...unknown.map((each) => ({ code: 'unknown-scope', where: each.where })), ...unverified.map(() => ({ code: 'scheme-without-strategy', where }))];
}

/** A scheme where it is written, on the route or in a dependency below it, with the scopes that reach it. */
interface Placed {
  readonly scheme: SchemeName;
  readonly where: string;
  readonly isTaken: boolean;
  readonly scopes: readonly { readonly scope: string; readonly where: string }[];
}

function placedIn(application: Application, { what, scopes, isTaken }: Said, route: string): readonly Placed[] {
  const below = (use: Use, where: string, handedDown: Placed['scopes'], taken: boolean): readonly Placed[] => {
    const reaching = [...handedDown, ...use.scopes.map((scope) => ({ scope, where: handedDown.find((each) => each.scope === scope)?.where ?? where }))];
    if (use.what.is === 'scheme') return [{ scheme: use.what.scheme, where, isTaken: taken, scopes: reaching }];
    if (use.what.is !== 'dependency') throw new Error('There are no combinations yet.');
    const { dependency } = use.what;
    return (application.dependencies[dependency]?.parameters ?? []).flatMap((parameter) => below(parameter.use, `${dependencyNameOf(dependency)}.resolve`, reaching, true));
  };
  return what === null ? [] : below({ what, scopes }, route, [], isTaken);
}

/** Scopes that a dependency is asked for, and that nothing in its tree reads. */
function unreadScopes(application: Application, route: Route): readonly Mistake[] {
  const reads = (use: Use): boolean => {
    if (use.what.is !== 'dependency') return true;
    const dependency = application.dependencies[use.what.dependency];
    return dependency !== undefined && (dependency.takesScopes || dependency.parameters.some((parameter) => reads(parameter.use)));
  };
  const below = (use: Use, where: string): readonly Mistake[] => {
    const own = use.scopes.length > 0 && !reads(use) ? [{ code: 'unread-scopes', where }] : [];
    if (use.what.is !== 'dependency') return own;
    const { dependency } = use.what;
    return [...own, ...(application.dependencies[dependency]?.parameters ?? []).flatMap((parameter) => below(parameter.use, `${dependencyNameOf(dependency)}.resolve`))];
  };
  return declaredFor(application, route).said.flatMap(({ what, scopes }) => (what === null ? [] : below({ what, scopes }, whereOf(route))));
}
