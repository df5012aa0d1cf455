import { Controller, Header, HttpCode, Module, RequestMapping, RequestMethod } from '@nestjs/common';
import type { DynamicModule, Type } from '@nestjs/common';
import { ApiExcludeEndpoint } from '@nestjs/swagger';
import { AuthModule } from 'nestjs-scopes';
import { controllersOf } from './controllers-of.js';
import type { ControllerDeclaration } from './controllers-of.js';
import type { ApplicationDeclaration, RouteDeclaration } from './declaration.js';
import { parameterDecorator, requirement, valueOf } from './parameters.js';
import { registrations, schemeObjects } from './scheme-objects.js';
import type { SchemeObjects } from './scheme-objects.js';
import { rendered } from './templates.js';

@Module({})
class RebuiltModule {}

/** The application of a declaration: routers are controllers, lists are decorators, parameters are parameter decorators. */
export function rebuiltModule(declaration: ApplicationDeclaration): DynamicModule {
  const schemes = schemeObjects(declaration);
  return {
    module: RebuiltModule,
    // FastAPI applications use scopes that no scheme declares.
    imports: [AuthModule.forRoot({ schemes: registrations(declaration, schemes), audit: 'warn' })],
    controllers: controllersOf(declaration).map((controller) => controllerClass(controller, schemes)),
  };
}

function controllerClass({ prefix, dependencies, routes }: ControllerDeclaration, schemes: SchemeObjects): Type {
  @Controller(nestPath(prefix))
  class RebuiltController {}
  const { prototype } = RebuiltController;
  for (const [index, route] of routes.entries()) {
    const name = `route${String(index)}`;
    Object.defineProperty(prototype, name, { configurable: true, writable: true, value: handlerOf(route) });
    decorateMethod(prototype, name, route, prefix, schemes);
  }
  // As a compiler does it: the innermost decorator, which is written last, runs first.
  for (const use of dependencies.toReversed()) requirement(use, schemes)(RebuiltController);
  return RebuiltController;
}

/** Answers with JSON whatever the value is; Nest by itself sends a text as text. */
function handlerOf({ returns, params = [] }: RouteDeclaration): (...values: unknown[]) => string {
  return (...values) => JSON.stringify(rendered(returns, new Map(params.map((use, index) => [use.name, valueOf(use, values[index])]))) ?? null);
}

function decorateMethod(prototype: object, name: string, route: RouteDeclaration, prefix: string, schemes: SchemeObjects): void {
  const { method, path, params = [], dependencies = [], include_in_schema: isShown = true } = route;
  const descriptor = Object.getOwnPropertyDescriptor(prototype, name) as PropertyDescriptor;
  Reflect.defineMetadata('design:paramtypes', params.map(() => String), prototype, name);
  for (const [index, use] of [...params.entries()].toReversed()) parameterDecorator(use, `${prefix}${path}`, schemes)(prototype, name, index);
  const decorators = [
    RequestMapping({ method: RequestMethod[method as keyof typeof RequestMethod], path: nestPath(path) }),
    HttpCode(200),
    Header('Content-Type', 'application/json'),
    ...(isShown ? [] : [ApiExcludeEndpoint()]),
    ...dependencies.map((use) => requirement(use, schemes)),
  ];
  for (const decorate of decorators.toReversed()) decorate(prototype, name, descriptor);
}

/** `{id}` is `:id` in Nest. */
function nestPath(path: string): string {
  return path.replace(/\{([^}:]+)[^}]*\}/g, ':$1');
}
