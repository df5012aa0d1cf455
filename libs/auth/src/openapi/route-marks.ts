import type { Handler, RouteRow } from '../routes/route-table.js';
import { API_OPERATION, declaredOperation } from './plain-document.js';

/** The extension of an operation that tells its row, while the document is being made. */
const ROUTE_MARK = 'x-nestjs-scopes-route';
const API_EXTENSION = 'swagger/apiExtension';

/**
 * Makes a document with every operation marked with the number of its row.
 *
 * Controllers that inherit a handler share its function, and Swagger reads metadata from the function. So each controller
 * gets a function of its own for the time of the call, which is synchronous: nobody else sees it.
 */
export function withRouteMarks<T>(rows: readonly RouteRow[], make: () => T): T {
  const restore = rows.map((row, index) => lendHandler(row, index));
  try {
    return make();
  } finally {
    for (const undo of restore) undo();
  }
}

/** The number of an operation's row; the mark is taken off. */
export function takeRouteMark(operation: object): number | undefined {
  const mark: unknown = Reflect.get(operation, ROUTE_MARK);
  Reflect.deleteProperty(operation, ROUTE_MARK);
  return typeof mark === 'number' ? mark : undefined;
}

function lendHandler({ controller, methodName, handler }: RouteRow, index: number): () => void {
  const prototype = controller.prototype as object;
  const own = Object.getOwnPropertyDescriptor(prototype, methodName);
  Object.defineProperty(prototype, methodName, { configurable: true, writable: true, enumerable: false, value: markedCopy(handler, index) });
  return () => {
    if (own === undefined) Reflect.deleteProperty(prototype, methodName);
    else Object.defineProperty(prototype, methodName, own);
  };
}

function markedCopy(handler: Handler, index: number): Handler {
  const copy: Handler = () => undefined;
  Object.defineProperty(copy, 'name', { value: handler.name });
  for (const key of Reflect.getMetadataKeys(handler) as readonly unknown[]) {
    Reflect.defineMetadata(key, Reflect.getMetadata(key, handler), copy);
  }
  const operation = declaredOperation(handler);
  if (operation === undefined) Reflect.deleteMetadata(API_OPERATION, copy);
  else Reflect.defineMetadata(API_OPERATION, operation, copy);
  const extensions = (Reflect.getMetadata(API_EXTENSION, handler) ?? {}) as object;
  Reflect.defineMetadata(API_EXTENSION, { ...extensions, [ROUTE_MARK]: index }, copy);
  return copy;
}
