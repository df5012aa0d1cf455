import { Controller, Header, HttpCode, Module, Req, RequestMapping, RequestMethod, Res } from '@nestjs/common';
import type { DynamicModule, Type } from '@nestjs/common';
import { ApiExcludeEndpoint } from '@nestjs/swagger';
import { AuthModule } from 'nestjs-scopes';
import { controllersOf } from './controllers-of.js';
import type { ControllerDeclaration } from './controllers-of.js';
import type { ApplicationDeclaration, RouteDeclaration } from './declaration.js';
import { answering, targetsOf } from './dependency-classes.js';
import { runHandler } from './functions.js';
import { appDependency, parameterDecorator, requirement, valueOf } from './parameters.js';
import type { Targets } from './parameters.js';
import { registrations, schemeObjects } from './scheme-objects.js';
import { traceOf } from './trace.js';

@Module({})
class RebuiltModule {}

/** A rebuilt application: its module, and what overrides what in it. */
export interface Rebuilt {
  readonly module: DynamicModule;
  readonly overrides: readonly (readonly [token: object, replacement: Type])[];
}

/**
 * The application of a declaration: functions are dependency classes, the application's list is the module's, routers are
 * controllers, lists are decorators, parameters are parameter decorators.
 */
export function rebuilt(declaration: ApplicationDeclaration): Rebuilt {
  const schemes = schemeObjects(declaration);
  const { targets, classes } = targetsOf(declaration, schemes);
  const dependencies = (declaration.app?.dependencies ?? []).map((use) => appDependency(use, targets));
  const module: DynamicModule = {
    module: RebuiltModule,
    // FastAPI applications use scopes that no scheme declares, or nobody reads.
    imports: [AuthModule.forRoot({ schemes: registrations(declaration, schemes), dependencies, audit: 'warn' })],
    controllers: controllersOf({ ...declaration, app: {} }).map((controller) => controllerClass(controller, declaration, targets)),
  };
  const overrides = Object.entries(declaration.overrides ?? {}).map(([original, replacement]) => [targets.get(original) as object, targets.get(replacement) as Type] as const);
  // Those of lists are made as they are named.
  return { module: { ...module, providers: [...classes()] }, overrides };
}

function controllerClass({ prefix, dependencies, routes }: ControllerDeclaration, declaration: ApplicationDeclaration, targets: Targets): Type {
  @Controller(nestPath(prefix))
  class RebuiltController {}
  const { prototype } = RebuiltController;
  for (const [index, route] of routes.entries()) {
    const name = `route${String(index)}`;
    Object.defineProperty(prototype, name, { configurable: true, writable: true, value: handlerOf(route, declaration) });
    decorateMethod(prototype, name, route, targets);
  }
  // As a compiler does it: the innermost decorator, which is written last, runs first.
  for (const use of dependencies.toReversed()) requirement(use, targets)(RebuiltController);
  return RebuiltController;
}

/** Answers with JSON whatever the value is; Nest by itself sends a text as text. The last two parameters are request and response. */
function handlerOf(route: RouteDeclaration, declaration: ApplicationDeclaration): (...values: unknown[]) => Promise<string> {
  const { params = [] } = route;
  return async (...given) => {
    const values = new Map(params.map((use, index) => [use.name, valueOf(use, given[index])]));
    const trace = traceOf(given[params.length] as object);
    const answer = await answering(given[params.length + 1], () => runHandler(declaration, route, values, trace));
    return JSON.stringify(answer ?? null);
  };
}

function decorateMethod(prototype: object, name: string, route: RouteDeclaration, targets: Targets): void {
  const { method, path, params = [], dependencies = [], include_in_schema: isShown = true } = route;
  const descriptor = Object.getOwnPropertyDescriptor(prototype, name) as PropertyDescriptor;
  Reflect.defineMetadata('design:paramtypes', params.map(() => String), prototype, name);
  Res({ passthrough: true })(prototype, name, params.length + 1);
  Req()(prototype, name, params.length);
  for (const [index, use] of [...params.entries()].toReversed()) parameterDecorator(use, targets)(prototype, name, index);
  const decorators = [
    RequestMapping({ method: RequestMethod[method as keyof typeof RequestMethod], path: nestPath(path) }),
    HttpCode(200),
    Header('Content-Type', 'application/json'),
    ...(isShown ? [] : [ApiExcludeEndpoint()]),
    ...dependencies.map((use) => requirement(use, targets)),
  ];
  for (const decorate of decorators.toReversed()) decorate(prototype, name, descriptor);
}

/** `{id}` is `:id` in Nest. */
function nestPath(path: string): string {
  return path.replace(/\{([^}:]+)[^}]*\}/g, ':$1');
}
