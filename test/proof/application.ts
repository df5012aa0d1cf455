/** A made-up application, as a value that can be printed, built, and reasoned about. */
export interface Application {
  readonly schemes: readonly SchemeValue[];
  readonly options: OptionsValue;
  /** Bound with `APP_GUARD`. */
  readonly globalGuards: readonly GuardValue[];
  /** A base class comes before the classes that extend it. */
  readonly classes: readonly ClassValue[];
  /** What a dependency takes comes after it, so that there is no circle. */
  readonly dependencies: readonly DependencyValue[];
  readonly mapping: Mapping;
  /** Equal combinations are one object: `const either = anyOf(...)`, which several decorators name. */
  readonly isSharing: boolean;
}

/** Where the application maps its routes. */
export interface Mapping {
  readonly versioning: 'URI' | 'HEADER' | null;
  readonly globalPrefix: string | null;
  /** Paths without the global prefix. */
  readonly excluded: readonly string[];
  /** The path of each module that has controllers. */
  readonly modules: readonly (string | null)[];
  /** The document has a `security` of its own, which counts where an operation has none. */
  readonly hasDocumentSecurity: boolean;
}

/** The name of a scheme says what it is; each application has one of a kind. */
export const SCHEME_NAMES = ['oauth2', 'clients', 'bearer', 'basic', 'header', 'query', 'cookie'] as const;
export type SchemeName = (typeof SCHEME_NAMES)[number];

/** The scopes that schemes declare; the others have no catalogue. */
export const CATALOGUES: Readonly<Partial<Record<SchemeName, readonly string[]>>> = { oauth2: ['a', 'b'], clients: ['b', 'c'] };

export interface SchemeValue {
  readonly name: SchemeName;
  readonly autoError: boolean;
  readonly hasStrategy: boolean;
}

export interface OptionsValue {
  readonly default: Exclude<Expression, { is: 'dependency' }> | null;
  readonly scopes: readonly string[] | null;
  readonly dependencies: readonly Use[];
  readonly global: boolean;
}

/** What a decorator names, with the scopes that it gives. */
export interface Use {
  readonly what: Expression;
  readonly scopes: readonly string[];
}

export type Expression =
  | { readonly is: 'scheme'; readonly scheme: SchemeName }
  | { readonly is: 'dependency'; readonly dependency: number }
  | { readonly is: 'anyOf' | 'allOf'; readonly members: readonly Member[] };
export type Member =
  | Exclude<Expression, { is: 'dependency' }>
  | { readonly is: 'scheme with scopes'; readonly scheme: SchemeName; readonly scopes: readonly string[] }
  | { readonly is: 'anonymous' };

/** On a class, a method or a guard; the outermost first. */
export type Decoration =
  | { readonly is: 'Scopes'; readonly scopes: readonly string[] }
  | { readonly is: 'Security'; readonly use: Use }
  | { readonly is: 'UseGuards'; readonly guard: GuardValue }
  | { readonly is: 'Public' };

/** `ScopesGuard`, `ScopesGuard.with(...)`, or a class with decorators that extends one of them. */
export interface GuardValue {
  readonly with: readonly string[];
  readonly carries: readonly Exclude<Decoration, { is: 'UseGuards' | 'Public' }>[] | null;
}

export interface ParameterValue {
  readonly decorator: 'Depends' | 'Security';
  readonly use: Use;
}

export interface MethodValue {
  readonly name: string;
  /** `null`: no decorator of Nest, so that it is no route, and an overridden one is none any more. */
  readonly verb: Verb | null;
  readonly decorations: readonly Decoration[];
  readonly parameters: readonly ParameterValue[];
}

export const VERBS = ['Get', 'Post', 'Put', 'Patch', 'Delete', 'All'] as const;
export type Verb = (typeof VERBS)[number];

export interface ClassValue {
  readonly base: number | null;
  /** `abstract`: no controller. `mixin`: the same, made anew for every class that extends it. */
  readonly kind: 'controller' | 'abstract' | 'mixin';
  readonly decorations: readonly Decoration[];
  readonly methods: readonly MethodValue[];
  readonly version: string | null;
  readonly module: number;
}

export interface DependencyValue {
  readonly takesScopes: boolean;
  readonly parameters: readonly ParameterValue[];
}

/** A class and those it extends, base classes first. */
export function lineageOf({ classes }: Application, index: number): readonly number[] {
  const base = classes[index]?.base ?? null;
  return base === null ? [index] : [...lineageOf({ classes } as Application, base), index];
}

/** A method of a controller that Nest maps. */
export interface Route {
  readonly controller: number;
  readonly method: string;
  readonly verb: Verb;
}

/** Every route of every controller, inherited ones included. */
export function routesOf(application: Application): readonly Route[] {
  return application.classes.flatMap(({ kind }, controller) => {
    if (kind !== 'controller') return [];
    const methods = lineageOf(application, controller).flatMap((index) => application.classes[index]?.methods ?? []);
    // The nearest class has the last word on a name.
    const nearest = new Map(methods.map((method) => [method.name, method]));
    return [...nearest.values()].flatMap(({ name, verb }) => (verb === null ? [] : [{ controller, method: name, verb }]));
  });
}

/** `Class1.read` */
export function whereOf({ controller, method }: Pick<Route, 'controller' | 'method'>): string {
  return `${classNameOf(controller)}.${method}`;
}

export function classNameOf(index: number): string {
  return `Class${String(index)}`;
}

export function dependencyNameOf(index: number): string {
  return `Dependency${String(index)}`;
}
