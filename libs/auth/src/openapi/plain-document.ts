import { isForNobody, sharedHandlers } from '../routes/route-table.js';
import type { Handler, RouteRow, RouteTable } from '../routes/route-table.js';
import { NOBODY_REQUIRED } from '../scopes/requirement.js';
import type { Requirement } from '../scopes/requirement.js';
import { securityObjects } from './security-objects.js';
import type { SecurityRequirementObject } from './security-objects.js';

/** The metadata keys that @nestjs/swagger reads from a handler. */
const API_OPERATION = 'swagger/apiOperation';
const API_PARAMETERS = 'swagger/apiParameters';
const API_CONSUMES = 'swagger/apiConsumes';

/** What Swagger reads of an operation from its handler. */
interface OperationMetadata {
  readonly security?: readonly SecurityRequirementObject[];
  readonly [property: string]: unknown;
}

/**
 * Every `security` that was written here, with what the user's own decorators say in its place: a second application with
 * the same controllers starts from that again.
 */
const declaredSecurity = new WeakMap<object, OperationMetadata['security']>();

/**
 * Writes onto handlers what plain `SwaggerModule.createDocument` shows: `security`, and the body of a form.
 *
 * A handler that several controllers inherit has one function and so one metadata; where their requirements differ, plain
 * Swagger cannot tell them apart and only `createSecureDocument` can. The same holds for two applications in one process:
 * plain Swagger shows what the one made last requires.
 */
export function annotateHandlers({ rows }: RouteTable): void {
  const shared = sharedHandlers(rows);
  const operations = new Map<Requirement, OperationMetadata>();
  for (const row of rows) {
    annotateForm(row);
    annotateSecurity(row, shared.has(row.handler), operations);
  }
}

/** The metadata of an operation. */
export function operationOf(handler: Handler): OperationMetadata | undefined {
  return Reflect.getOwnMetadata(API_OPERATION, handler) as OperationMetadata | undefined;
}

/** What the user's own decorators say of an operation, without what was written here. */
export function declaredOperation(operation: OperationMetadata | undefined): OperationMetadata | undefined {
  if (operation?.security === undefined || !declaredSecurity.has(operation.security)) return operation;
  const { security: written, ...declared } = operation;
  const security = declaredSecurity.get(written);
  return security === undefined ? declared : { ...declared, security };
}

/** Sets the metadata of an operation. */
export function writeOperation(handler: Handler, operation: OperationMetadata | undefined): void {
  if (operation === undefined) Reflect.deleteMetadata(API_OPERATION, handler);
  else Reflect.defineMetadata(API_OPERATION, operation, handler);
}

/** @param operations - what was written where nothing else was declared, which is the same for all routes that require the same */
function annotateSecurity(row: RouteRow, isShared: boolean, operations: Map<Requirement, OperationMetadata>): void {
  const { handler, access, requirement } = row;
  const operation = operationOf(handler);
  const declared = declaredOperation(operation);
  if (isShared || access === 'open' || isForNobody(row)) {
    if (operation !== declared) writeOperation(handler, declared);
  } else if (declared === undefined) {
    const annotated = operations.get(requirement) ?? annotatedOperation(requirement, {});
    operations.set(requirement, annotated);
    writeOperation(handler, annotated);
  } else {
    writeOperation(handler, annotatedOperation(requirement, declared));
  }
}

function annotatedOperation(requirement: Requirement, declared: OperationMetadata): OperationMetadata {
  const security = requirement === NOBODY_REQUIRED ? [] : securityObjects(requirement, false);
  declaredSecurity.set(security, declared.security);
  return { ...declared, security };
}

function annotateForm({ handler, form }: RouteRow): void {
  if (form === undefined) return;
  const parameters = (Reflect.getMetadata(API_PARAMETERS, handler) ?? []) as readonly { in?: string }[];
  if (parameters.some((parameter) => parameter.in === 'body')) return;
  Reflect.defineMetadata(API_PARAMETERS, [...parameters, { in: 'body', type: String, required: true, schema: form.openapi }], handler);
  if (!Reflect.hasMetadata(API_CONSUMES, handler)) {
    Reflect.defineMetadata(API_CONSUMES, ['application/x-www-form-urlencoded', 'multipart/form-data'], handler);
  }
}
