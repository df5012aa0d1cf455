import { Reflector } from '@nestjs/core';
import { shown } from '../schemes/scheme.js';
import { anonymous, isExpression } from './expression.js';
import type { SecurityExpression } from './expression.js';
import { checkedScopes } from './scope-text.js';

/** A scheme, schemes combined, or a dependency at one place of a tree. */
export interface Use {
  readonly what: SecurityExpression | AnyClass;
  /** The scopes that are asked for at this place, in addition to those of the places above it. */
  readonly scopes: readonly string[];
  /** `false`: not a value that the request has already. */
  readonly useCache: boolean;
}

/** What one decorator asked for. */
export interface Declaration {
  readonly decorator: string;
  readonly scopes: readonly string[];
  /** Of whom it asks it. `null`: of what the route names elsewhere, or of the default. */
  readonly expression: SecurityExpression | null;
  /** It stands on a parameter, which takes the credentials: where no strategy verifies them, the code that takes them does. */
  readonly isTaken?: true;
  /** It stands for every route of the application: what it names, no route has named. */
  readonly isForAll?: true;
  /** What is resolved for it: what a parameter takes, or a dependency anywhere. */
  readonly use?: Use;
}

/** A declaration that names a dependency: what it requires is in the tree. */
export type DependencyDeclaration = Declaration & { readonly use: Use & { readonly what: AnyClass } };

/** Whether a declaration names a dependency. */
export function isDependencyDeclaration(declaration: Declaration): declaration is DependencyDeclaration {
  return typeof declaration.use?.what === 'function';
}

/** Any class, abstract or not. */
export type AnyClass = abstract new (...args: never[]) => unknown;
/** A class or a handler: what decorators write metadata on. */
export type Declarant = AnyClass | ((...args: never[]) => unknown);

const RequirementMetadata = Reflector.createDecorator<readonly Declaration[]>({ key: 'nestjs-scopes:requirement' });
const PublicMetadata = Reflector.createDecorator<boolean>({ key: 'nestjs-scopes:public' });
/** One map for each class, as metadata of single properties takes up much more. */
const METHODS = 'nestjs-scopes:methods';
const NO_METHODS: ReadonlyMap<string | symbol, readonly Declaration[]> = new Map();
const GuardMetadata = Reflector.createDecorator<boolean>({ key: 'nestjs-scopes:guard' });

/** Adds a declaration. Decorators run innermost first and the outermost counts first, so it goes before the others. */
export function recordDeclaration(target: Declarant, declaration: Declaration): void {
  const earlier = (Reflect.getOwnMetadata(RequirementMetadata.KEY, target) ?? []) as readonly Declaration[];
  Reflect.defineMetadata(RequirementMetadata.KEY, Object.freeze([Object.freeze(declaration), ...earlier]), target);
}

/** The same for a method by its name: another decorator may put a function of its own in its place, without metadata. */
export function recordMethodDeclaration(prototype: object, methodName: string | symbol, declaration: Declaration): void {
  const methods = (Reflect.getOwnMetadata(METHODS, prototype) ?? new Map()) as Map<string | symbol, readonly Declaration[]>;
  methods.set(methodName, Object.freeze([Object.freeze(declaration), ...(methods.get(methodName) ?? [])]));
  Reflect.defineMetadata(METHODS, methods, prototype);
}

/** What was declared on the methods of a class by their names. */
export function methodDeclarations(prototype: object): ReadonlyMap<string | symbol, readonly Declaration[]> {
  return (Reflect.getOwnMetadata(METHODS, prototype) ?? NO_METHODS) as ReadonlyMap<string | symbol, readonly Declaration[]>;
}

/** What is declared on a class and those it extends, base classes first. */
export function carriedDeclarations(type: AnyClass): readonly Declaration[] {
  return lineageOf(type).flatMap((each) => (Reflect.getOwnMetadata(RequirementMetadata.KEY, each) ?? []) as readonly Declaration[]);
}

/** A class and those it extends, base classes first. */
export function lineageOf(type: AnyClass): readonly AnyClass[] {
  const parent: unknown = Object.getPrototypeOf(type);
  return typeof parent === 'function' && parent !== Function.prototype ? [...lineageOf(parent as AnyClass), type] : [type];
}

/** Marks a handler or controller as open to everybody. */
export function recordPublic(target: Declarant): void {
  Reflect.defineMetadata(PublicMetadata.KEY, true, target);
}

/** Marks the guard class whose subclasses carry scopes of their own. */
export function recordGuardClass(target: Declarant): void {
  Reflect.defineMetadata(GuardMetadata.KEY, true, target);
}

/** What was declared on this very class or handler; what a class inherits is not included. */
export function declarationsOf(reflector: Reflector, target: Declarant): readonly Declaration[] {
  return isOwn(RequirementMetadata.KEY, target) ? reflector.get(RequirementMetadata, target as never) : [];
}

/** Whether this very class or handler is marked `@Public()`. */
export function isDeclaredPublic(reflector: Reflector, target: Declarant): boolean {
  return isOwn(PublicMetadata.KEY, target) && reflector.get(PublicMetadata, target as never);
}

/** Whether a gateway's message, a message handler or a resolver is marked `@Public()`, itself or by its class. One that requires something is not. */
export function isPublicOutsideHttp(reflector: Reflector, type: Declarant, method: Declarant): boolean {
  const isRequiring = declarationsOf(reflector, method).length > 0;
  return !isRequiring && (isDeclaredPublic(reflector, method) || isDeclaredPublic(reflector, type));
}

/** Whether a class is `ScopesGuard` or extends it. */
export function isGuardClass(reflector: Reflector, target: unknown): target is AnyClass {
  return typeof target === 'function' && reflector.get<boolean | undefined>(GuardMetadata.KEY, target as never) === true;
}

/** Options of what a decorator names. */
export interface UseOptions {
  readonly scopes?: readonly string[];
  readonly useCache?: boolean;
}

/**
 * What `@Security`, `@Depends` and `dependencies` declare, checked where it is written. Of a scheme it is a requirement,
 * and of a dependency something to be resolved.
 */
export function declarationOf(decorator: string, what: SecurityExpression | AnyClass, options: UseOptions): Declaration {
  const unknown = Object.keys(options).find((name) => name !== 'scopes' && name !== 'useCache');
  if (unknown !== undefined) throw new TypeError(`${decorator}: ${unknown} is not an option. Give { scopes: ['...'], useCache: false }.`);
  const { useCache = true } = options;
  if (typeof useCache !== 'boolean') throw new TypeError(`${decorator}: useCache is true or false, not ${typeof useCache}.`);
  const scopes = checkedScopes(decorator, options.scopes ?? []);
  if (isExpression(what)) return { decorator, scopes, expression: what };
  if (isClass(what)) return { decorator, scopes, expression: null, use: Object.freeze({ what, scopes, useCache }) };
  const isAnonymous = (what as unknown) === anonymous;
  const mend = isAnonymous ? 'give anyOf(scheme, anonymous), or @Public() where nobody need be identified.' : 'give a scheme object, anyOf(...) or the class of a dependency. Undefined may come from a circle of imports.';
  throw new TypeError(`${decorator}: what it names is ${isAnonymous ? 'anonymous' : shown(what)}; ${mend}`);
}

function isClass(what: unknown): what is AnyClass {
  return typeof what === 'function' && typeof what.prototype === 'object' && what.prototype !== null;
}

function isOwn(key: string, target: Declarant): boolean {
  return Reflect.hasOwnMetadata(key, target);
}
