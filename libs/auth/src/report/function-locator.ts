import { Session } from 'node:inspector';
import type { Debugger, Runtime } from 'node:inspector';
import { findSourceMap } from 'node:module';
import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Declarant } from './declarants.js';

/** Where a class or method is written: `src/users/users.controller.ts:12`. */
export type Locate = (declarant: Declarant) => string | undefined;

/** A place in what was loaded, both counted from 0. */
interface Place {
  readonly scriptId: string;
  readonly line: number;
  readonly column: number;
}

/** Under this name of the global object a function is handed to the inspector. */
const HANDED_OVER = Symbol.for('nestjs-scopes:located-function');

/**
 * Asks V8 where functions are written, as a debugger does, so that nothing has to be recorded while an application starts.
 * Mapped through source maps where the files have them and were loaded after `process.setSourceMapsEnabled(true)`.
 *
 * @param folder - paths are relative to it
 */
export function functionLocator(folder: string): Locate {
  const session = new Session();
  session.connect();
  const scripts = new Map<string, string>();
  session.on('Debugger.scriptParsed', ({ params }) => scripts.set(params.scriptId, params.url));
  session.post('Debugger.enable');
  const known = new Map<unknown, string | undefined>();
  const locate = (located: unknown): string | undefined => {
    if (!known.has(located)) known.set(located, locationOf(session, scripts, located, folder));
    return known.get(located);
  };
  return ({ type, methodName }) => {
    const ofClass = locate(type);
    if (methodName === undefined) return ofClass;
    const ofMethod = locate(Object.getOwnPropertyDescriptor(type.prototype as object, methodName)?.value);
    // What another decorator put in the method's place is written somewhere else, and is not what is looked for.
    return ofMethod !== undefined && fileOf(ofMethod) === fileOf(ofClass) ? ofMethod : ofClass;
  };
}

function fileOf(location: string | undefined): string | undefined {
  return location?.replace(/:\d+$/, '');
}

function locationOf(session: Session, scripts: ReadonlyMap<string, string>, located: unknown, folder: string): string | undefined {
  const place = typeof located === 'function' ? placeOf(session, located) : undefined;
  const url = scripts.get(place?.scriptId ?? '');
  if (place === undefined || url === undefined || typeof located !== 'function') return undefined;
  const { line, column } = startOf(session, place, located.toString());
  const entry = findSourceMap(url)?.findEntry(line, column);
  const isMapped = entry !== undefined && 'originalSource' in entry;
  return `${shownFile(isMapped ? entry.originalSource : url, folder)}:${String(1 + (isMapped ? entry.originalLine : line))}`;
}

/** V8 tells it at once: nothing is sent anywhere, and the callback has run when `post` returns. */
function placeOf(session: Session, located: object): Place | undefined {
  let properties: readonly Runtime.InternalPropertyDescriptor[] = [];
  Reflect.set(globalThis, HANDED_OVER, located);
  session.post('Runtime.evaluate', { expression: `globalThis[Symbol.for('${HANDED_OVER.description ?? ''}')]` }, (_error, evaluated) => {
    const { objectId } = evaluated.result;
    if (objectId === undefined) return;
    session.post('Runtime.getProperties', { objectId, ownProperties: true }, (_failure, { internalProperties }) => {
      properties = internalProperties ?? [];
    });
    session.post('Runtime.releaseObject', { objectId });
  });
  Reflect.deleteProperty(globalThis, HANDED_OVER);
  const location = properties.find(({ name }) => name === '[[FunctionLocation]]')?.value?.value as Debugger.Location | undefined;
  return location && { scriptId: location.scriptId, line: location.lineNumber, column: location.columnNumber ?? 0 };
}

/** V8 names the constructor's place for a class that has one; the class itself begins before it. */
function startOf(session: Session, place: Place, text: string): Place {
  if (!text.startsWith('class')) return place;
  let source = '';
  session.post('Debugger.getScriptSource', { scriptId: place.scriptId }, (_error, { scriptSource }) => {
    source = scriptSource;
  });
  const lines = source.split('\n');
  const offset = lines.slice(0, place.line).reduce((sum, { length }) => sum + length + 1, 0) + place.column;
  const start = source.lastIndexOf(text, offset);
  if (start < 0) return place;
  const before = source.slice(0, start).split('\n');
  return { ...place, line: before.length - 1, column: (before.at(-1) ?? '').length };
}

function shownFile(source: string, folder: string): string {
  if (!source.startsWith('file:')) return source;
  return relative(folder, fileURLToPath(source)).split(sep).join('/');
}
