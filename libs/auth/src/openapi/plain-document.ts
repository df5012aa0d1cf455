import type { Handler, RouteRow, RouteTable } from '../routes/route-table.js';
import { NOBODY_REQUIRED } from '../scopes/requirement.js';
import { securityObjects } from './security-objects.js';

/** The metadata keys that @nestjs/swagger reads from a handler. */
export const API_OPERATION = 'swagger/apiOperation';
const API_PARAMETERS = 'swagger/apiParameters';
const API_CONSUMES = 'swagger/apiConsumes';
/** The operation as the user declared it: a second application with the same controllers starts from it again. */
const DECLARED_OPERATION = 'nestjs-scopes:declared-operation';

/**
 * Writes onto handlers what plain `SwaggerModule.createDocument` shows: `security`, and the body of a form.
 *
 * A handler that several controllers inherit has one function and so one metadata; where their requirements differ, plain
 * Swagger cannot tell them apart and only `createSecureDocument` can. The same holds for two applications in one process:
 * plain Swagger shows what the one made last requires.
 */
export function annotateHandlers({ rows }: RouteTable): void {
  const controllers = new Map<Handler, number>();
  for (const { handler } of rows) controllers.set(handler, (controllers.get(handler) ?? 0) + 1);
  for (const row of rows) {
    annotateForm(row);
    annotateSecurity(row, controllers.get(row.handler) === 1);
  }
}

/** What the user's own decorators say of the operation, without what was written here. */
export function declaredOperation(handler: Handler): object | undefined {
  const key = Reflect.hasOwnMetadata(DECLARED_OPERATION, handler) ? DECLARED_OPERATION : API_OPERATION;
  return Reflect.getOwnMetadata(key, handler) as object | undefined;
}

function annotateSecurity({ handler, access, requirement }: RouteRow, isOwn: boolean): void {
  const operation = declaredOperation(handler);
  Reflect.defineMetadata(DECLARED_OPERATION, operation, handler);
  if (isOwn && (access === 'protected' || access === 'public')) Reflect.defineMetadata(API_OPERATION, { ...operation, security: requirement === NOBODY_REQUIRED ? [] : securityObjects(requirement, false) }, handler);
  else if (operation !== undefined) Reflect.defineMetadata(API_OPERATION, operation, handler);
  else Reflect.deleteMetadata(API_OPERATION, handler);
}

function annotateForm(row: RouteRow): void {
  const { handler, form } = row;
  const parameters = (Reflect.getMetadata(API_PARAMETERS, handler) ?? []) as readonly { in?: string }[];
  if (form === undefined || parameters.some((parameter) => parameter.in === 'body')) return;
  Reflect.defineMetadata(API_PARAMETERS, [...parameters, { in: 'body', type: String, required: true, schema: form.openapi }], handler);
  if (!Reflect.hasMetadata(API_CONSUMES, handler)) {
    Reflect.defineMetadata(API_CONSUMES, ['application/x-www-form-urlencoded', 'multipart/form-data'], handler);
  }
}
