import type { RouteDescription } from '../routes/describe.js';
import type { ReportedRoute } from './security-report.js';
import { ReportError } from './report-error.js';
import { handlerText } from './requirement-text.js';
import type { Access } from './ways.js';

/** What a lock file keeps of a route. */
export interface LockedRoute extends Access {
  /** `GET /users/me` */
  readonly route: string;
  /** `UsersController.read`: tells several handlers of one route apart, for hosts and versions. */
  readonly handler: string;
}

/** Of the format, and to be raised when what is written means something else. */
const VERSION = 1;

const ACCESSES: readonly RouteDescription['access'][] = ['protected', 'public', 'open', 'denied', 'bypassing'];

/** What is kept of a route, in an order that does not depend on the order of decorators. */
export function lockedRoute({ method, path, access, security, unverified, checks, controller, handler }: ReportedRoute): LockedRoute {
  const alternatives = security.map((way) => Object.fromEntries(Object.entries(way).map(([scheme, scopes]) => [scheme, sorted(scopes)] as const).sort(([a], [b]) => compared(a, b))));
  return {
    route: `${method} ${path}`,
    access,
    security: alternatives.sort((a, b) => compared(JSON.stringify(a), JSON.stringify(b))),
    unverified: sorted(unverified),
    checks: sorted(checks),
    handler: handlerText({ controller, handler }),
  };
}

/** The text of a lock file: one line per route, sorted by path, so that a diff of it reads as a list of changes. */
export function lockFileText(routes: readonly LockedRoute[]): string {
  const ordered = [...routes].sort((a, b) => compared(pathFirst(a), pathFirst(b)));
  const lines = ordered.map(({ route, access, security, unverified, checks, handler }) =>
    JSON.stringify({ route, access, ...(access === 'protected' && { security }), ...(unverified.length > 0 && { unverified }), ...(checks.length > 0 && { checks }), handler }),
  );
  return `{\n  "version": ${String(VERSION)},\n  "routes": [${lines.map((line) => `\n    ${line}`).join(',')}\n  ]\n}\n`;
}

/** Reads a lock file; throws {@link ReportError} with the mend where it is none. */
export function lockedRoutesIn(text: string, file: string): readonly LockedRoute[] {
  const mend = `Write it anew with --update ${file}, and read the diff before you commit it.`;
  const content = parsed(text);
  const version = isRecord(content) ? content['version'] : undefined;
  if (!isRecord(content) || version === undefined) throw new ReportError(`${file} ${text.includes('<<<<<<<') ? 'has the marks of a merge conflict' : 'is not a lock file of this command'}. ${mend}`);
  if (version !== VERSION) throw new ReportError(`${file} has the version ${JSON.stringify(version)}; this command reads version ${String(VERSION)}. ${mend}`);
  const routes = content['routes'];
  if (!Array.isArray(routes)) throw new ReportError(`${file} has no list of routes. ${mend}`);
  return routes.map((entry: unknown, index) => {
    const route = asRoute(entry);
    if (route === null) throw new ReportError(`Route ${String(index + 1)} of ${file} cannot be read. ${mend}`);
    return route;
  });
}

function asRoute(entry: unknown): LockedRoute | null {
  if (!isRecord(entry)) return null;
  const { route, access: named, security = [], unverified = [], checks = [], handler } = entry;
  const access = ACCESSES.find((each) => each === named);
  if (typeof route !== 'string' || typeof handler !== 'string' || access === undefined) return null;
  if (!isTexts(unverified) || !isTexts(checks) || !Array.isArray(security)) return null;
  const isAlternative = (way: unknown): way is Record<string, string[]> => isRecord(way) && Object.values(way).every(isTexts);
  if (!security.every(isAlternative)) return null;
  return { route, access, security, unverified, checks, handler };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Whatever it is, it is no lock file: the marks of a merge conflict, for example.
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

function pathFirst({ route, handler }: LockedRoute): string {
  const space = route.indexOf(' ');
  return JSON.stringify([route.slice(space + 1), route.slice(0, space), handler]);
}

function sorted(texts: readonly string[]): readonly string[] {
  return [...texts].sort(compared);
}

/** By code unit, which is the same on every machine. */
function compared(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
