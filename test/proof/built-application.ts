import { Controller, Injectable, Module, RequestMapping, RequestMethod, UseGuards, VersioningType } from '@nestjs/common';
import type { INestApplication, Type } from '@nestjs/common';
import { APP_GUARD, RouterModule } from '@nestjs/core';
import { allOf, anonymous, anyOf, AuthModule, Depends, Public, RequiredScopes, Scopes, ScopesGuard, Security } from 'nestjs-scopes';
import type { DependencyClass, SecurityExpression, SecurityMember } from 'nestjs-scopes';
import { classNameOf, dependencyNameOf } from './application.js';
import type { Application, Decoration, Expression, GuardValue, Member, MethodValue, ParameterValue, Use } from './application.js';
import { builtSchemes, registrationsOf } from './built-schemes.js';
import type { BuiltSchemes } from './built-schemes.js';
import type { Requirable } from './placed-model.js';

/** What `@Depends` and `@Security` take. */
type What = SecurityExpression | DependencyClass;

/** The module of a made-up application: its decorators are called by hand, in the order in which a compiler calls them. */
export function builtModule(application: Application): Type {
  return new Builder(application).rootModule();
}

/** What stands in `main.ts`. */
export function setUp({ mapping: { versioning, globalPrefix, excluded } }: Application, app: INestApplication): void {
  if (globalPrefix !== null) app.setGlobalPrefix(globalPrefix, { exclude: [...excluded] });
  if (versioning === 'URI') app.enableVersioning({ type: VersioningType.URI });
  if (versioning === 'HEADER') app.enableVersioning({ type: VersioningType.HEADER, header: 'X-Version' });
}

class Builder {
  readonly #application: Application;
  readonly #schemes: BuiltSchemes;
  readonly #dependencies: readonly Type[];
  readonly #classes = new Map<number, Type>();
  readonly #combinations = new Map<string, SecurityExpression>();

  constructor(application: Application) {
    this.#application = application;
    this.#schemes = builtSchemes(application.schemes);
    this.#dependencies = application.dependencies.map((_, index) => named(emptyClass(), dependencyNameOf(index)));
    for (const [index, { takesScopes, parameters }] of application.dependencies.entries()) {
      const type = this.#dependencies[index] as Type;
      define(type, 'resolve', () => ({}));
      this.#decorateParameters(type, 'resolve', parameters);
      if (takesScopes) RequiredScopes()(type.prototype as object, 'resolve', parameters.length);
      Injectable()(type);
    }
  }

  rootModule(): Type {
    const { options, schemes, globalGuards, mapping } = this.#application;
    const modules = mapping.modules.map((_, index) => named(emptyClass(), `Module${String(index)}`));
    for (const [index, type] of modules.entries()) Module({ controllers: this.#controllersOf(index) })(type);
    const auth = AuthModule.forRoot({
      schemes: registrationsOf(schemes, this.#schemes),
      ...(options.default !== null && { default: this.#requirable(options.default) }),
      ...(options.scopes !== null && { scopes: options.scopes }),
      dependencies: options.dependencies.map(({ what, scopes }) => ({ dependency: this.#what(what), scopes })),
      global: options.global,
    });
    const routes = mapping.modules.flatMap((path, index) => (path === null ? [] : [{ path, module: modules[index] as Type }]));
    const providers = [...this.#dependencies, ...globalGuards.map((guard) => ({ provide: APP_GUARD, useClass: this.#guard(guard) }))];
    const root = named(emptyClass(), 'AppModule');
    Module({ imports: [auth, ...modules, RouterModule.register(routes)], providers })(root);
    return root;
  }

  #controllersOf(module: number): Type[] {
    return this.#application.classes.flatMap((value, index) => (value.kind === 'controller' && value.module === module ? [this.#class(index)] : []));
  }

  /** A mixin is made anew each time. */
  #class(index: number): Type {
    const { kind, base, decorations, methods, version } = this.#application.classes[index] as Application['classes'][number];
    const made = kind === 'mixin' ? undefined : this.#classes.get(index);
    if (made !== undefined) return made;
    const type = named(base === null ? emptyClass() : class extends this.#class(base) {}, classNameOf(index));
    this.#classes.set(index, type);
    for (const method of methods) this.#addMethod(type, method);
    for (const decorate of decorations.map((each) => this.#decorator(each)).toReversed()) decorate(type);
    if (kind === 'controller') Controller({ path: `class${String(index)}`, ...(version !== null && { version }) })(type);
    return type;
  }

  #addMethod(type: Type, { name, verb, decorations, parameters }: MethodValue): void {
    define(type, name, () => ({}));
    this.#decorateParameters(type, name, parameters);
    const { prototype } = type as { prototype: object };
    const descriptor = Object.getOwnPropertyDescriptor(prototype, name) as PropertyDescriptor;
    for (const decorate of decorations.map((each) => this.#decorator(each)).toReversed()) decorate(prototype, name, descriptor);
    if (verb !== null) RequestMapping({ path: name, method: RequestMethod[verb.toUpperCase() as 'GET'] })(prototype, name, descriptor);
  }

  /** The last one first. */
  #decorateParameters(type: Type, method: string, parameters: readonly ParameterValue[]): void {
    for (const [index, { decorator, use }] of [...parameters.entries()].toReversed()) {
      const decorate = decorator === 'Depends' ? Depends(this.#what(use.what)) : this.#security(use);
      decorate(type.prototype as object, method, index as never);
    }
  }

  #decorator(decoration: Decoration): ClassDecorator & MethodDecorator {
    switch (decoration.is) {
      case 'Scopes':
        return Scopes(...decoration.scopes);
      case 'Security':
        return this.#security(decoration.use);
      case 'UseGuards':
        return UseGuards(this.#guard(decoration.guard));
      case 'Public':
        return Public();
    }
  }

  #security({ what, scopes }: Use): ReturnType<typeof Security<What>> {
    return Security(this.#what(what), { scopes });
  }

  #guard({ with: scopes, carries }: GuardValue): Type<ScopesGuard> {
    const base = scopes.length === 0 ? ScopesGuard : ScopesGuard.with(...scopes);
    if (carries === null) return base;
    const guard = named(class extends base {}, 'MadeUpGuard');
    for (const decoration of carries.toReversed()) this.#decorator(decoration)(guard);
    return guard as Type<ScopesGuard>;
  }

  #what(expression: Expression): What {
    return expression.is === 'dependency' ? (this.#dependencies[expression.dependency] as DependencyClass) : this.#requirable(expression);
  }

  #requirable(expression: Requirable): SecurityExpression {
    if (expression.is === 'scheme') return this.#schemes[expression.scheme];
    const earlier = this.#application.isSharing ? this.#combinations.get(JSON.stringify(expression)) : undefined;
    if (earlier !== undefined) return earlier;
    const members = expression.members.map((member) => this.#member(member)) as [SecurityMember, ...SecurityMember[]];
    const combination = expression.is === 'anyOf' ? anyOf(...members) : allOf(...members);
    this.#combinations.set(JSON.stringify(expression), combination);
    return combination;
  }

  #member(member: Member): SecurityMember {
    if (member.is === 'anonymous') return anonymous;
    return member.is === 'scheme with scopes' ? { scheme: this.#schemes[member.scheme], scopes: member.scopes } : this.#requirable(member);
  }
}

function emptyClass(): Type {
  // eslint-disable-next-line @typescript-eslint/no-extraneous-class -- decorators make something of it
  return class {};
}

function named<T extends object>(type: T, name: string): T & Type {
  return Object.defineProperty(type, 'name', { value: name }) as T & Type;
}

function define(type: Type, name: string, answer: () => object): void {
  const { [name]: method } = { [name]() { return answer(); } };
  Object.defineProperty(type.prototype, name, { value: method, configurable: true, writable: true });
}
