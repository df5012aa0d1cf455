import { isObjectionable } from './lock-changes.js';
import type { Change } from './lock-changes.js';
import type { LockedRoute } from './lock-file.js';

/**
 * The changes for a reviewer, one line each: `weakened  GET /users/me  was: oauth2(items, me)  now: oauth2(me)`.
 *
 * @param lock - the name of the lock file
 * @param files - where the handler of a route is written
 */
export function changeReport(changes: readonly Change[], lock: string, files: ReadonlyMap<LockedRoute, string | undefined>): string {
  if (changes.length === 0) return `No change since ${lock}.\n`;
  const kinds = Math.max(...changes.map(({ kind }) => kind.length));
  const routes = Math.max(...changes.map(({ route }) => route.route.length));
  const lines = changes.map(({ kind, route, text }) => {
    const place = [route.handler, files.get(route)].filter((part) => part !== undefined).join(', ');
    return `${kind.padEnd(kinds)}  ${route.route.padEnd(routes)}  ${text}  [${place}]`;
  });
  const advice = changes.some(isObjectionable)
    ? `If more callers shall be let in, say so: run this with --update ${lock} and commit it.`
    : `Nobody is let in who was kept out. Run this with --update ${lock} to keep it so.`;
  return `${[...lines, '', advice].join('\n')}\n`;
}
