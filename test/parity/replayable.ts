import * as api from 'nestjs-scopes';
import { placedRoutes, usesOf } from './controllers-of.js';
import type { ApplicationDeclaration } from './declaration.js';
import { isRenderable } from './templates.js';
import { usedSchemes } from './used-schemes.js';

/** Why an application is not replayed. `not applicable`: Nest has no counterpart at all. */
export interface Obstacle {
  readonly kind: 'not implemented' | 'not applicable';
  readonly reason: string;
}

const KINDS = ['depends', 'security', 'query', 'json_body', 'form'];

/** What stands in the way of replaying an application; `null` where nothing does. */
export function obstacleTo(declaration: ApplicationDeclaration): Obstacle | null {
  const { schemes = {}, overrides = {} } = declaration;
  const routes = placedRoutes(declaration);
  const uses = routes.flatMap(usesOf);
  const isScheme = (ref: string): boolean => Object.hasOwn(schemes, ref);
  if (Object.keys(overrides).length > 0 || uses.some(({ ref }) => ref !== undefined && !isScheme(ref))) return notImplemented('needs dependency classes');
  if (routes.some(({ route }) => route.behaviour !== undefined)) return notImplemented('a handler is described in words');
  if (usedSchemes(declaration).some(({ scheme }) => scheme.trace === true)) return notImplemented('needs a trace of scheme calls');
  const kind = uses.find((use) => !KINDS.includes(use.kind))?.kind;
  if (kind !== undefined) return notImplemented(`no counterpart for a parameter of the kind ${kind}`);
  if (!routes.every(({ route }) => isRenderable(route.returns))) return notImplemented('a handler returns what only dependency classes know');
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
