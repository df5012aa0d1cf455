import { GUARDS_METADATA } from '@nestjs/common/constants.js';
import type { Reflector } from '@nestjs/core';
import type { AuthSettings } from '../auth.options.js';
import type { TreeBuilder } from '../dependencies/tree.js';
import { carriedDeclarations, declarationsOf, isDeclaredPublic, isDependencyDeclaration, isGuardClass, lineageOf, methodDeclarations } from '../scopes/declarations.js';
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

/** A class of a controller's lineage, with what is declared on its methods by their names. */
interface Ancestor {
  readonly owner: AnyClass;
  readonly declared: ReturnType<typeof methodDeclarations>;
}

/** A method, and the class that declares it. */
interface DeclaredMethod extends Ancestor {
  readonly handler: Handler;
}

/** Reads what decorators, guards and options say about handlers. Nothing is merged here, and nothing is decided. */
export class DeclarationReader {
  readonly #carriedBy = new Map<AnyClass, readonly Declaration[] | null>();
  readonly #onApp: readonly DeclaredPart[];
  readonly #ofGlobalGuards: readonly DeclaredPart[];

  /** @param globalGuards - guard classes bound with `APP_GUARD`, in order */
  constructor(
    private readonly reflector: Reflector,
    settings: AuthSettings,
    globalGuards: readonly AnyClass[],
    private readonly trees: TreeBuilder,
  ) {
    this.#onApp = appParts(settings);
    this.#ofGlobalGuards = this.guardParts(globalGuards, 'APP_GUARD', false);
  }

  /** What is said about the methods of a controller; what its classes say is read once for all of them. */
  readController(controller: AnyClass): (methodName: string) => RouteDeclaration {
    const lineage = lineageOf(controller).map((owner): Ancestor => ({ owner, declared: methodDeclarations(owner.prototype as object) }));
    const onClasses = lineage.flatMap(({ owner }) => this.partsOf(owner, 'class', owner.name));
    const ofClassGuards = this.guardParts(guardsOn(controller), controller.name, hasBoundGuard(onClasses));
    // concat leaves no room in what is kept, as spreading does.
    const aboveMethods = this.#onApp.concat(onClasses, this.#ofGlobalGuards, ofClassGuards);
    const isPublicClass = isDeclaredPublic(this.reflector, controller);

    return (methodName) => {
      const methods = methodsOf(lineage, methodName);
      const executed = methods.at(-1);
      const onMethods = methods.flatMap((method) => (method === executed ? this.methodParts(method, methodName) : this.methodParts(method, methodName).map(withoutTaker)));
      const ofMethodGuards = methods.flatMap(({ owner, handler }) => this.guardParts(guardsOn(handler), whereOf(owner, methodName), hasBoundGuard(onMethods)));
      // Routes that say nothing themselves share one list.
      const parts = onMethods.length + ofMethodGuards.length === 0 ? aboveMethods : aboveMethods.concat(ofMethodGuards, onMethods);
      const isSilent = (): boolean => !this.requires([...onClasses, ...onMethods, ...ofClassGuards, ...ofMethodGuards]);
      const { isPublic, conflict } = this.publicity(controller, isPublicClass, executed, methodName, isSilent);
      return { parts, isPublic, conflict };
    };
  }

  /** Whether `@Public()` applies to a route, and whether it is contradicted. `isSilent`: classes and methods require nothing. */
  private publicity(controller: AnyClass, isPublicClass: boolean, own: DeclaredMethod | undefined, methodName: string, isSilent: () => boolean): Omit<RouteDeclaration, 'parts'> {
    if (own !== undefined && isDeclaredPublic(this.reflector, own.handler)) {
      const isAlone = !this.requires(this.methodParts(own, methodName)) && this.guardParts(guardsOn(own.handler), '', false).length === 0;
      return { isPublic: true, conflict: isAlone ? null : whereOf(controller, methodName) };
    }
    if (isPublicClass) return { isPublic: true, conflict: isSilent() ? null : whereOf(controller, methodName) };
    // A base class's @Public() speaks for the handlers it declares, not for new ones, and only as long as nothing asks for more.
    const isInherited = own !== undefined && own.owner !== controller && isDeclaredPublic(this.reflector, own.owner);
    return { isPublic: isInherited && isSilent(), conflict: null };
  }

  private requires(parts: readonly DeclaredPart[]): boolean {
    return parts.some((each) => isRequiring(each, this.trees));
  }

  private partsOf(target: Declarant, level: DeclaredPart['level'], declaredBy: string): readonly DeclaredPart[] {
    return declarationsOf(this.reflector, target).map((declaration) => part(declaration, level, declaredBy));
  }

  /** What was declared under the method's name, or on its function where it got there in another way. */
  private methodParts({ owner, declared, handler }: DeclaredMethod, methodName: string): readonly DeclaredPart[] {
    const declarations = declared.get(methodName) ?? declarationsOf(this.reflector, handler);
    return declarations.map((declaration) => part(declaration, 'method', whereOf(owner, methodName)));
  }

  /** What guard classes carry. One without scopes still requires a caller; beside a decorator, which bound it, it says nothing new. */
  private guardParts(guards: readonly AnyClass[], boundOn: string, isBesideDecorator: boolean): readonly DeclaredPart[] {
    return guards.flatMap((guard) => {
      const carried = this.carriedBy(guard);
      if (carried === null) return [];
      // A dependency that it names may let anybody in: the guard itself still requires a caller.
      const isBare = carried.every(isDependencyDeclaration) && !isBesideDecorator;
      const declarations: readonly Declaration[] = isBare ? [{ decorator: '', scopes: [], expression: null }, ...carried] : carried;
      return declarations.map((declaration) => part({ ...declaration, decorator: guard.name }, 'guard', boundOn));
    });
  }

  /** What a guard class of ours requires; `null` of another one. Most routes have the same few. */
  private carriedBy(guard: AnyClass): readonly Declaration[] | null {
    const known = this.#carriedBy.get(guard);
    if (known !== undefined) return known;
    const carried = isGuardClass(this.reflector, guard) ? carriedDeclarations(guard) : null;
    this.#carriedBy.set(guard, carried);
    return carried;
  }
}

function appParts({ scopes, dependencies }: AuthSettings): readonly DeclaredPart[] {
  const ofScopes: readonly Declaration[] = scopes === null ? [] : [{ decorator: 'scopes', scopes, expression: null }];
  return [...ofScopes, ...dependencies].map((declaration) => part(declaration, 'app', 'AuthModule.forRoot'));
}

/** The credentials that an overridden method's parameter takes, the overriding method does not check. A dependency still runs. */
function withoutTaker({ declaration, ...place }: DeclaredPart): DeclaredPart {
  const { decorator, scopes, expression, use } = declaration;
  return { declaration: { decorator, scopes, expression, ...(use !== undefined && { use }) }, ...place };
}

function whereOf(controller: AnyClass, methodName: string): string {
  return `${controller.name}.${methodName}`;
}

function part(declaration: Declaration, level: DeclaredPart['level'], declaredBy: string): DeclaredPart {
  return { declaration, level: declaration.isTaken === true ? 'parameter' : level, declaredBy };
}

/** Whether one of them has bound ScopesGuard by itself; one that names a dependency has not. */
function hasBoundGuard(parts: readonly DeclaredPart[]): boolean {
  return parts.some(({ declaration }) => !isDependencyDeclaration(declaration));
}

/** The method as each class of the lineage declares it, the overridden ones first. */
function methodsOf(lineage: readonly Ancestor[], methodName: string): readonly DeclaredMethod[] {
  const methods: DeclaredMethod[] = [];
  for (const { owner, declared } of lineage) {
    const handler: unknown = Object.getOwnPropertyDescriptor(owner.prototype as object, methodName)?.value;
    if (typeof handler === 'function') methods.push({ owner, declared, handler: handler as Handler });
  }
  return methods;
}

/** The guard classes bound on a class (with those it inherits) or handler, each once, in binding order. */
function guardsOn(target: Declarant): readonly AnyClass[] {
  const guards = Reflect.getMetadata(GUARDS_METADATA, target) as readonly (AnyClass | object)[] | undefined;
  return guards === undefined ? [] : [...new Set(guards.map((guard) => (typeof guard === 'function' ? guard : guard.constructor) as AnyClass))];
}
