import { lineageOf } from './application.js';
import type { Application, Decoration, Expression, GuardValue, MethodValue, Route, Use } from './application.js';

/** What one decorator, guard or option says about a route. */
export interface Said {
  readonly level: 'app' | 'class' | 'guard' | 'method' | 'parameter';
  /** `null`: it is meant for the schemes that others name, or for the default one. */
  readonly what: Expression | null;
  readonly scopes: readonly string[];
  /** A parameter of the method that runs takes the credentials. */
  readonly isTaken: boolean;
}

/** All that is said about a route. */
export interface Declared {
  readonly said: readonly Said[];
  readonly isPublic: boolean;
  /** `@Public()` stands beside a requirement. */
  readonly isContradictory: boolean;
}

/** Collects what is said about a route, by the rules of the README alone. */
export function declaredFor(application: Application, route: Route): Declared {
  const lineage = lineageOf(application, route.controller);
  const decorationsOf = (index: number): readonly Decoration[] => application.classes[index]?.decorations ?? [];
  const methods = lineage.flatMap((owner) => (application.classes[owner]?.methods ?? []).filter(({ name }) => name === route.method).map((method) => ({ owner, method })));
  const executed = methods.at(-1);
  if (executed === undefined) throw new Error(`There is no ${route.method}.`);

  const { scopes, dependencies } = application.options;
  const ofApp = [...(scopes === null ? [] : [bare('app', scopes)]), ...dependencies.map((use) => named('app', use))];
  const ofClasses = lineage.flatMap((index) => ofDecorations('class', decorationsOf(index)));
  const ofMethods = methods.flatMap(({ method }) => ofMethod(method, method === executed.method));
  const ofGlobalGuards = application.globalGuards.flatMap((guard) => ofGuard(guard, false));
  const ofClassGuards = lineage.flatMap((index) => guardsAmong(decorationsOf(index))).flatMap((guard) => ofGuard(guard, ofClasses.some(bindsGuard)));
  const ofMethodGuards = methods.flatMap(({ method }) => guardsAmong(method.decorations)).flatMap((guard) => ofGuard(guard, ofMethods.some(bindsGuard)));

  const isSilent = ![...ofClasses, ...ofClassGuards, ...ofMethodGuards, ...ofMethods].some((each) => requires(application, each));
  const said = [...ofApp, ...ofClasses, ...ofGlobalGuards, ...ofClassGuards, ...ofMethodGuards, ...ofMethods];
  const isOpened = (decorations: readonly Decoration[]): boolean => decorations.some(({ is }) => is === 'Public');

  if (isOpened(executed.method.decorations)) {
    const isAlone = !ofMethod(executed.method, true).some((each) => requires(application, each)) && guardsAmong(executed.method.decorations).length === 0;
    return { said, isPublic: true, isContradictory: !isAlone };
  }
  if (isOpened(decorationsOf(route.controller))) return { said, isPublic: true, isContradictory: !isSilent };
  // It speaks for the handlers that the base class declares, and as long as nothing asks for more.
  return { said, isPublic: executed.owner !== route.controller && isOpened(decorationsOf(executed.owner)) && isSilent, isContradictory: false };
}

/** Whether something says that not everybody may call. A dependency without schemes and scopes is a value. */
export function requires(application: Application, { what, scopes, level }: Said): boolean {
  if (what?.is !== 'dependency' || (level !== 'parameter' && level !== 'app')) return true;
  const asksFor = (use: Use): boolean => {
    if (use.scopes.length > 0 || use.what.is !== 'dependency') return true;
    return (application.dependencies[use.what.dependency]?.parameters ?? []).some((parameter) => asksFor(parameter.use));
  };
  return asksFor({ what, scopes });
}

function ofMethod({ decorations, parameters }: MethodValue, isExecuted: boolean): readonly Said[] {
  return [...ofDecorations('method', decorations), ...parameters.map(({ use }) => ({ ...named('parameter', use), isTaken: isExecuted }))];
}

function ofDecorations(level: Said['level'], decorations: readonly Decoration[]): readonly Said[] {
  return decorations.flatMap((decoration) => {
    if (decoration.is === 'Scopes') return [bare(level, decoration.scopes)];
    return decoration.is === 'Security' ? [named(level, decoration.use)] : [];
  });
}

function guardsAmong(decorations: readonly Decoration[]): readonly GuardValue[] {
  // The one that is bound first stands innermost.
  return decorations.flatMap((decoration) => (decoration.is === 'UseGuards' ? [decoration.guard] : [])).toReversed();
}

/** One that carries nothing still requires a caller, unless a decorator beside it says more. */
function ofGuard({ with: scopes, carries }: GuardValue, isBeside: boolean): readonly Said[] {
  const carried = [...(scopes.length > 0 ? [bare('guard', scopes)] : []), ...ofDecorations('guard', carries ?? [])];
  return carried.some(bindsGuard) || isBeside ? carried : [bare('guard', []), ...carried];
}

/** A dependency may let anybody in. */
function bindsGuard({ what }: Said): boolean {
  return what?.is !== 'dependency';
}

function bare(level: Said['level'], scopes: readonly string[]): Said {
  return { level, what: null, scopes, isTaken: false };
}

function named(level: Said['level'], { what, scopes }: Use): Said {
  return { level, what, scopes, isTaken: false };
}
