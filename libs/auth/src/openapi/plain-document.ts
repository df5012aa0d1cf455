import { formOf } from '../forms/form.decorator.js';
import type { RouteRow, RouteTable } from '../routes/route-table.js';
import { securityObjects } from './security-objects.js';

/** The metadata keys that @nestjs/swagger reads from a handler. */
const API_OPERATION = 'swagger/apiOperation';
const API_PARAMETERS = 'swagger/apiParameters';
const API_CONSUMES = 'swagger/apiConsumes';

/**
 * Writes onto handlers what plain `SwaggerModule.createDocument` shows: `security`, and the body of a form.
 *
 * A handler that several controllers inherit has one function and so one metadata; where their requirements differ, plain
 * Swagger cannot tell them apart and only `createSecureDocument` can.
 */
export function annotateHandlers({ rows }: RouteTable): void {
  for (const row of rows) {
    annotateForm(row);
    const isShared = rows.some((other) => other !== row && other.handler === row.handler);
    if (!isShared && row.access !== 'open') annotateSecurity(row);
  }
}

function annotateSecurity({ handler, requirement }: RouteRow): void {
  const operation = (Reflect.getMetadata(API_OPERATION, handler) ?? {}) as object;
  Reflect.defineMetadata(API_OPERATION, { ...operation, security: securityObjects(requirement, false) }, handler);
}

function annotateForm({ handler }: RouteRow): void {
  const form = formOf(handler);
  const parameters = (Reflect.getMetadata(API_PARAMETERS, handler) ?? []) as readonly { in?: string }[];
  if (form === undefined || parameters.some((parameter) => parameter.in === 'body')) return;
  Reflect.defineMetadata(API_PARAMETERS, [...parameters, { in: 'body', type: String, required: true, schema: form.openapi }], handler);
  if (!Reflect.hasMetadata(API_CONSUMES, handler)) {
    Reflect.defineMetadata(API_CONSUMES, ['application/x-www-form-urlencoded', 'multipart/form-data'], handler);
  }
}
