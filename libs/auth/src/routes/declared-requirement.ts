import { GUARDS_METADATA } from '@nestjs/common/constants.js';
import type { Reflector } from '@nestjs/core';
import type { AuthSettings } from '../auth.options.js';
import type { TreeBuilder } from '../dependencies/tree.js';
import { carriedDeclarations, declarationsOf, isDeclaredPublic, isDependencyDeclaration, isGuardClass, methodDeclarations } from '../scopes/declarations.js';
import type { AnyClass, Declarant, Declaration } from '../scopes/declarations.js';
import type { DeclaredPart, Handler } from './route-table.js';
import { isRequiring } from './tree-requirement.js';

/** What the decorators of one route say, before anything is made of it. */
export interface RouteDeclaration {
  /** Outermost first: app, classes, guard arguments, methods. */
  readonly parts: readonly DeclaredPart[];
  readonly isPublic: boolean;
  /** The place where `@Public()` stands beside a requirement, which cannot both be meant. */
  readonly conflict: string | null;
}

/** A method, and the class that declares it. */
interface DeclaredMethod {
  readonly owner: AnyClass;
  readonly handler: Handler;
}

/** Reads what decorators, guards and options say about handlers. Nothing is merged here, and nothing is decided. */
export class DeclarationReader {
  constructor(
    private readonly reflector: Reflector,
    private readonly settings: AuthSettings,
    /** Guard classes bound with `APP_GUARD`, in order. */
    private readonly globalGuards: readonly AnyClass[],
    private readonly trees: TreeBuilder,
  ) {}

  /** What is said about the methods of a controller; what its classes say is read once for all of them. */
  readController(controller: AnyClass): (methodName: string) => RouteDeclaration {
    const lineage = lineageOf(controller);
    const onClasses = lineage.flatMap((type) => this.partsOf(type, 'class', type.name));
    const ofClassGuards = this.guardParts(guardsOn(controller), controller.name, hasBoundGuard(onClasses));
    const ofGlobalGuards = this.guardParts(this.globalGuards, 'APP_GUARD', false);
    const onApp = this.appParts();

    return (methodName) => {
      const methods = methodsOf(lineage, methodName);
      const executed = methods.at(-1);
      const onMethods = methods.flatMap((method) => this.methodParts(method, methodName).map((declared) => (method === executed ? declared : withoutTaker(declared))));
      const ofMethodGuards = methods.flatMap(({ owner, handler }) => this.guardParts(guardsOn(handler), `${owner.name}.${methodName}`, hasBoundGuard(onMethods)));
      const parts = [...onApp, ...onClasses, ...ofGlobalGuards, ...ofClassGuards, ...ofMethodGuards, ...onMethods];
      return { parts, ...this.publicity(controller, executed, methodName, [...onClasses, ...onMethods, ...ofClassGuards, ...ofMethodGuards]) };
    };
  }

  /** Whether `@Public()` applies to a route, and whether it is contradicted by what classes and methods declare. */
  private publicity(controller: AnyClass, own: DeclaredMethod | undefined, methodName: string, declared: readonly DeclaredPart[]): Omit<RouteDeclaration, 'parts'> {
    const where = `${controller.name}.${methodName}`;
    if (own !== undefined && isDeclaredPublic(this.reflector, own.handler)) {
      const isAlone = !this.requires(this.methodParts(own, methodName)) && this.guardParts(guardsOn(own.handler), where, false).length === 0;
      return { isPublic: true, conflict: isAlone ? null : where };
    }
    if (isDeclaredPublic(this.reflector, controller)) return { isPublic: true, conflict: this.requires(declared) ? where : null };
    // A base class's @Public() speaks for the handlers it declares, not for new ones, and only as long as nothing asks for more.
    const isInherited = own !== undefined && own.owner !== controller && isDeclaredPublic(this.reflector, own.owner);
    return { isPublic: isInherited && !this.requires(declared), conflict: null };
  }

  private requires(parts: readonly DeclaredPart[]): boolean {
    return parts.some((each) => isRequiring(each, this.trees));
  }

  private appParts(): readonly DeclaredPart[] {
    const { scopes, dependencies } = this.settings;
    const ofScopes: readonly Declaration[] = scopes === null ? [] : [{ decorator: 'scopes', scopes, expression: null }];
    return [...ofScopes, ...dependencies].map((declaration) => part(declaration, 'app', 'AuthModule.forRoot'));
  }

  private partsOf(target: Declarant, level: DeclaredPart['level'], declaredBy: string): readonly DeclaredPart[] {
    return declarationsOf(this.reflector, target).map((declaration) => part(declaration, level, declaredBy));
  }

  /** What was declared under the method's name, or on its function where it got there in another way. */
  private methodParts({ owner, handler }: DeclaredMethod, methodName: string): readonly DeclaredPart[] {
    const where = `${owner.name}.${methodName}`;
    const byName = methodDeclarations(owner.prototype as object, methodName);
    return byName.length > 0 ? byName.map((declaration) => part(declaration, 'method', where)) : this.partsOf(handler, 'method', where);
  }

  /** What guard classes carry. One without scopes still requires a caller; beside a decorator, which bound it, it says nothing new. */
  private guardParts(guards: readonly AnyClass[], boundOn: string, isBesideDecorator: boolean): readonly DeclaredPart[] {
    return guards.filter((guard) => isGuardClass(this.reflector, guard)).flatMap((guard) => {
      const carried = carriedDeclarations(guard);
      // A dependency that it names may let anybody in: the guard itself still requires a caller.
      const isBare = carried.every(isDependencyDeclaration) && !isBesideDecorator;
      const declarations: readonly Declaration[] = isBare ? [{ decorator: '', scopes: [], expression: null }, ...carried] : carried;
      return declarations.map((declaration) => part({ ...declaration, decorator: guard.name }, 'guard', boundOn));
    });
  }
}

/** The credentials that an overridden method's parameter takes, the overriding method does not check. A dependency still runs. */
function withoutTaker({ declaration, ...place }: DeclaredPart): DeclaredPart {
  const { decorator, scopes, expression, use } = declaration;
  return { declaration: { decorator, scopes, expression, ...(use !== undefined && { use }) }, ...place };
}

function part(declaration: Declaration, level: DeclaredPart['level'], declaredBy: string): DeclaredPart {
  return { declaration, level: declaration.isTaken === true ? 'parameter' : level, declaredBy };
}

/** Whether one of them has bound ScopesGuard by itself; one that names a dependency has not. */
function hasBoundGuard(parts: readonly DeclaredPart[]): boolean {
  return parts.some(({ declaration }) => !isDependencyDeclaration(declaration));
}

/** A class and those it extends, base classes first. */
function lineageOf(type: AnyClass): readonly AnyClass[] {
  const parent: unknown = Object.getPrototypeOf(type);
  return typeof parent === 'function' && parent !== Function.prototype ? [...lineageOf(parent as AnyClass), type] : [type];
}

/** The method as each class of the lineage declares it, the overridden ones first. */
function methodsOf(lineage: readonly AnyClass[], methodName: string): readonly DeclaredMethod[] {
  return lineage.flatMap((owner) => {
    const handler: unknown = Object.getOwnPropertyDescriptor(owner.prototype as object, methodName)?.value;
    return typeof handler === 'function' ? [{ owner, handler: handler as Handler }] : [];
  });
}

/** The guard classes bound on a class (with those it inherits) or handler, each once, in binding order. */
function guardsOn(target: Declarant): readonly AnyClass[] {
  const guards = (Reflect.getMetadata(GUARDS_METADATA, target) ?? []) as readonly (AnyClass | object)[];
  return [...new Set(guards.map((guard) => (typeof guard === 'function' ? guard : guard.constructor) as AnyClass))];
}
