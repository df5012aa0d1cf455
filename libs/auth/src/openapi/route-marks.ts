import { sharedHandlers } from '../routes/route-table.js';
import type { Handler, RouteRow } from '../routes/route-table.js';
import { declaredOperation, operationOf, writeOperation } from './plain-document.js';

/** The property of an operation that tells its row, while the document is being made. */
const ROUTE_MARK = 'x-nestjs-scopes-route';

/**
 * Makes a document with every operation marked with the number of its row, and without what is written for plain Swagger.
 *
 * The mark stands among what Swagger reads from a handler's function, for the time of the call, which is synchronous:
 * nobody else sees it. Controllers that inherit a handler share its function, so each gets one of its own for that time.
 */
export function withRouteMarks<T>(rows: readonly RouteRow[], make: () => T): T {
  const shared = sharedHandlers(rows);
  const marked = rows.map((row, index) => (shared.has(row.handler) ? lendHandler(row, index) : markHandler(row.handler, index)));
  try {
    return make();
  } finally {
    for (const undo of marked) undo();
  }
}

/** The number of an operation's row; the mark is taken off. */
export function takeRouteMark(operation: object): number | undefined {
  const mark: unknown = Reflect.get(operation, ROUTE_MARK);
  Reflect.deleteProperty(operation, ROUTE_MARK);
  return typeof mark === 'number' ? mark : undefined;
}

function markHandler(handler: Handler, index: number): () => void {
  const operation = operationOf(handler);
  writeOperation(handler, { ...declaredOperation(operation), [ROUTE_MARK]: index });
  return () => {
    writeOperation(handler, operation);
  };
}

function lendHandler({ controller, methodName, handler }: RouteRow, index: number): () => void {
  const prototype = controller.prototype as object;
  const own = Object.getOwnPropertyDescriptor(prototype, methodName);
  const copy = copyOf(handler);
  markHandler(copy, index);
  Object.defineProperty(prototype, methodName, { configurable: true, writable: true, enumerable: false, value: copy });
  return () => {
    if (own === undefined) Reflect.deleteProperty(prototype, methodName);
    else Object.defineProperty(prototype, methodName, own);
  };
}

/** A function with the name and the metadata of a handler. */
function copyOf(handler: Handler): Handler {
  const copy: Handler = () => undefined;
  Object.defineProperty(copy, 'name', { value: handler.name });
  for (const key of Reflect.getMetadataKeys(handler) as readonly unknown[]) {
    Reflect.defineMetadata(key, Reflect.getMetadata(key, handler), copy);
  }
  return copy;
}
