import { METHODS } from 'node:http';
import { shown } from '../schemes/scheme.js';
import type { SecuritySchemeObject } from '../schemes/scheme.js';

/** What is read of an OpenAPI document, 3.0 or later: what `createSecureDocument` returns, or a JSON file of it. */
export interface OpenAPIDocument {
  readonly openapi: string;
  readonly paths: object;
  readonly components?: object;
  readonly security?: readonly object[];
}

/** Scheme names (AND), each with the scopes that its credentials must carry. Empty: anybody. */
export type DocumentedAlternative = ReadonlyMap<string, readonly string[]>;

/** One operation of a document. */
export interface DocumentedOperation {
  /** `GET /users/{id}`: how it is named in answers. */
  readonly name: string;
  readonly method: string;
  readonly path: string;
  /** The path with its parameters filled in. */
  readonly target: string;
  /** Header parameters that it cannot do without. */
  readonly headers: Readonly<Record<string, string>>;
  /** One of them has to hold (OR); at least one. */
  readonly alternatives: readonly DocumentedAlternative[];
  /** The statuses of its responses. */
  readonly statuses: readonly string[];
}

/** The operations, in the order of the document; webhooks are calls that the application makes. */
export function documentedOperations(document: OpenAPIDocument): readonly DocumentedOperation[] {
  return Object.entries(membersOf(document.paths)).flatMap(([path, item]) =>
    Object.entries(membersOf(item)).flatMap(([method, operation]) =>
      METHODS.includes(method.toUpperCase()) ? [operationOf(document, method.toUpperCase(), path, membersOf(item), membersOf(operation))] : [],
    ),
  );
}

/** The Security Scheme Objects, by name. */
export function documentedSchemes({ components }: OpenAPIDocument): ReadonlyMap<string, Partial<SecuritySchemeObject>> {
  return new Map(Object.entries(membersOf(membersOf(components)['securitySchemes'])).map(([name, object]) => [name, membersOf(object)]));
}

/** Refuses what is no document, as it may come from a file. */
export function checkedDocument(where: string, document: unknown): OpenAPIDocument {
  const { openapi, paths } = membersOf(document);
  const isDocument = typeof openapi === 'string' && /^3\.\d/.test(openapi) && typeof paths === 'object' && paths !== null;
  if (isDocument) return document as OpenAPIDocument;
  throw new TypeError(`${where}: the document ${typeof openapi === 'string' ? `says openapi: "${openapi}" and has ${shown(paths)} as paths` : `is ${shown(document)} without "openapi"`}. Give what createSecureDocument returns, or the parsed JSON of it.`);
}

function operationOf(document: OpenAPIDocument, method: string, path: string, item: Members, operation: Members): DocumentedOperation {
  const name = `${method} ${path}`;
  // What the operation says of a parameter outweighs the path item.
  const parameters = [...listOf(operation['parameters']), ...listOf(item['parameters'])].map((parameter) => referenced(document, membersOf(parameter)));
  const exampleOf = (place: string, parameterName: string): string => example(parameters.find(({ in: where, name: named }) => where === place && named === parameterName) ?? {});
  const headers = parameters.filter(({ in: place, required }) => place === 'header' && required === true).map(({ name: field }) => String(field));
  return {
    name,
    method,
    path,
    target: path.replace(/\{([^}]+)\}/g, (_, parameter: string) => encodeURIComponent(exampleOf('path', parameter))),
    headers: Object.fromEntries(headers.map((field) => [field.toLowerCase(), exampleOf('header', field)])),
    alternatives: alternativesOf(name, operation['security'] ?? document.security ?? []),
    statuses: Object.keys(membersOf(operation['responses'])),
  };
}

/** @see OpenAPI 3.1 §4.8.30: an empty list, like an empty object in it, asks for nothing. */
function alternativesOf(operation: string, security: unknown): readonly DocumentedAlternative[] {
  if (!Array.isArray(security) || !security.every(isRequirementObject)) throw new TypeError(`assertSecurityContract: security of ${operation} is not a list of Security Requirement Objects (OpenAPI 3.1 §4.8.30).`);
  const objects = security as readonly Readonly<Record<string, readonly string[]>>[];
  return objects.length === 0 ? [new Map()] : objects.map((object) => new Map(Object.entries(object)));
}

function isRequirementObject(value: unknown): boolean {
  const isScopes = (scopes: unknown): boolean => Array.isArray(scopes) && scopes.every((scope) => typeof scope === 'string');
  return typeof value === 'object' && value !== null && Object.values(value).every(isScopes);
}

/** A value for a parameter. Guards run before pipes, so that it need not be one that the handler would take. */
function example(parameter: Members): string {
  const schema = membersOf(parameter['schema']);
  const [first] = listOf(schema['enum']);
  const value = parameter['example'] ?? schema['example'] ?? schema['default'] ?? first;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '1';
}

function referenced({ components }: OpenAPIDocument, parameter: Members): Members {
  const name = /^#\/components\/parameters\/(.+)$/.exec(typeof parameter['$ref'] === 'string' ? parameter['$ref'] : '')?.[1];
  return name === undefined ? parameter : membersOf(membersOf(membersOf(components)['parameters'])[name]);
}

type Members = Readonly<Record<string, unknown>>;

/** What an object in a document holds; nothing for what is no object. */
function membersOf(value: unknown): Members {
  return typeof value === 'object' && value !== null ? (value as Members) : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
