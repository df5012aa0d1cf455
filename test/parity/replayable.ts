import * as api from 'nestjs-scopes';
import { BEHAVIOURS } from './behaviours.js';
import { placedRoutes, usesOf } from './controllers-of.js';
import type { ApplicationDeclaration } from './declaration.js';
import { isRenderable } from './templates.js';
import { usedSchemes } from './used-schemes.js';

/** Why an application is not replayed. `not applicable`: Nest has no counterpart at all. */
export interface Obstacle {
  readonly kind: 'not implemented' | 'not applicable';
  readonly reason: string;
}

const KINDS = ['depends', 'security', 'security_scopes', 'query', 'json_body', 'form'];

/** What stands in the way of replaying an application; `null` where nothing does. */
export function obstacleTo(declaration: ApplicationDeclaration): Obstacle | null {
  const { schemes = {}, dependencies = {}, overrides = {} } = declaration;
  const routes = placedRoutes(declaration);
  const functions = Object.values(dependencies);
  const uses = [...routes.flatMap(usesOf), ...functions.flatMap(({ params = [] }) => params)];
  const refs = [...uses.flatMap(({ ref }) => ref ?? []), ...Object.entries(overrides).flat()];
  const unknown = refs.find((ref) => !Object.hasOwn(schemes, ref) && !Object.hasOwn(dependencies, ref));
  if (unknown !== undefined) return notImplemented(`nothing is declared under the name ${unknown}`);
  const behaviour = [...functions, ...routes.map(({ route }) => route)].flatMap((each) => each.behaviour ?? []).find((name) => !Object.hasOwn(BEHAVIOURS, name));
  if (behaviour !== undefined) return notImplemented(`what ${behaviour} does is only told in words`);
  const kind = uses.find((use) => !KINDS.includes(use.kind))?.kind;
  if (kind !== undefined) return notImplemented(`no counterpart for a parameter of the kind ${kind}`);
  if (![...functions, ...routes.map(({ route }) => route)].every(({ returns }) => isRenderable(returns))) return notImplemented('a template has an unknown placeholder');
  const classes = [...usedSchemes(declaration).map(({ scheme }) => scheme.class), ...uses.flatMap(({ class: form }) => form ?? [])];
  const missing = classes.find((name) => !Object.hasOwn(api, name));
  return missing === undefined ? null : notImplemented(`there is no class ${missing}`);
}

function notImplemented(reason: string): Obstacle {
  return { kind: 'not implemented', reason };
}

/** The parts of an application's document that Nest cannot express. */
export function partsWithoutCounterpart(declaration: ApplicationDeclaration): readonly string[] {
  const callbacks = placedRoutes(declaration).flatMap(({ path, route }) => (route.callbacks ?? []).map(() => `the callback of ${route.method} ${path}`));
  return [...(declaration.webhooks ?? []).map(({ path }) => `the webhook ${path}`), ...callbacks];
}
