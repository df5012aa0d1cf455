/** A FastAPI application with what it answered, as one file of the folder of vectors holds it. */
export interface Application {
  readonly id: string;
  readonly app: ApplicationDeclaration;
  readonly openapi: {
    readonly components?: { readonly securitySchemes?: Readonly<Record<string, unknown>> };
    /** By `METHOD /path`; `null` where the key `security` is absent. */
    readonly operations: Readonly<Record<string, { readonly security: SecurityRequirements | null }>>;
  };
  readonly vectors: readonly Vector[];
}

export type SecurityRequirements = readonly Readonly<Record<string, readonly string[]>>[];

export interface ApplicationDeclaration {
  readonly schemes?: Readonly<Record<string, SchemeDeclaration>>;
  readonly dependencies?: Readonly<Record<string, FunctionDeclaration>>;
  /** What functions that are described in words work with. */
  readonly data?: ApplicationData;
  readonly routes?: readonly RouteDeclaration[];
  readonly app?: { readonly dependencies?: readonly Use[] };
  readonly routers?: readonly RouterDeclaration[];
  readonly includes?: readonly IncludeDeclaration[];
  readonly overrides?: Readonly<Record<string, string>>;
  readonly webhooks?: readonly RouteDeclaration[];
}

export interface SchemeDeclaration {
  readonly class: string;
  /** FastAPI's own parameter names. */
  readonly args?: Readonly<Record<string, unknown>>;
  readonly subclass_name?: string;
  readonly not_authenticated_override?: { readonly status: number; readonly detail: unknown; readonly headers?: Readonly<Record<string, string>> };
  readonly trace?: boolean;
}

/** A function that others depend on. */
export interface FunctionDeclaration {
  readonly params?: readonly Use[];
  readonly returns?: unknown;
  readonly checks?: readonly Check[];
  /** Each call is an event. */
  readonly trace?: boolean;
  /** Names what the templates cannot say. */
  readonly behaviour?: string;
}

/** Raises an error if what it says is so. */
export interface Check {
  readonly if_scopes_lack?: readonly string[];
  readonly if_all_null?: readonly string[];
  readonly always?: boolean;
  readonly status: number;
  readonly detail: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ApplicationData {
  readonly secret?: string;
  readonly exp?: number;
  readonly users?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** A parameter, or a member of a parameterless list. */
export interface Use {
  readonly name: string;
  readonly kind: string;
  /** Of `depends` and `security`: a scheme or a function. */
  readonly ref?: string;
  readonly scopes?: readonly string[];
  readonly use_cache?: boolean;
  /** Of `query`. */
  readonly type?: string;
  readonly required?: boolean;
  /** Of `json_body`. */
  readonly fields?: unknown;
  /** Of `form`. */
  readonly class?: string;
}

export interface RouteDeclaration {
  readonly method: string;
  readonly path: string;
  readonly params?: readonly Use[];
  readonly dependencies?: readonly Use[];
  readonly returns?: unknown;
  readonly behaviour?: string;
  readonly include_in_schema?: boolean;
  readonly callbacks?: readonly RouteDeclaration[];
}

export interface RouterDeclaration {
  readonly id: string;
  readonly prefix?: string;
  readonly dependencies?: readonly Use[];
  readonly routes?: readonly RouteDeclaration[];
}

interface IncludeDeclaration {
  readonly into?: string;
  readonly router: string;
  readonly prefix?: string;
  readonly dependencies?: readonly Use[];
}

/** Every text is bytes in latin-1. */
export interface SentRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: string;
}

export interface RecordedResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly json?: unknown;
}

export interface Vector {
  readonly id: string;
  readonly request: SentRequest;
  readonly response: RecordedResponse;
}
