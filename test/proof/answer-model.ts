import type { SchemeName } from './application.js';
import type { Presented } from './callers.js';
import type { Expected, Way } from './merging-model.js';

/** Whether a caller is let in, and otherwise the statuses that the answer may have. */
export interface ExpectedAnswer {
  readonly isLetIn: boolean;
  readonly refusals: readonly number[];
}

/**
 * The answer to a caller, by rule: whoever meets one way is let in. Else 403, if one would have been met with more scopes;
 * else 400, if credentials were sent twice; else 401. Where a way fails for several reasons, each of them may be the answer.
 *
 * @param isInOrder - strategies verify everything. What they do not is looked at last, so that another reason may come first.
 */
export function expectedAnswer({ access, ways }: Expected, presented: (scheme: SchemeName) => Presented, isInOrder: boolean): ExpectedAnswer {
  if (access !== 'protected') return { isLetIn: access !== 'denied', refusals: [403] };
  const open = ways.filter(({ absent }) => [...absent].every((scheme) => presented(scheme) === 'absent'));
  const reasons = open.map((way) => failuresOf(way, presented));
  if (reasons.some((failures) => failures.length === 0)) return { isLetIn: true, refusals: [] };
  const possible = [...new Set(reasons.flat().map((failure) => STATUSES[failure]))];
  const isOnly = (failure: Failure): boolean => reasons.some((failures) => failures.every((each) => each === failure));
  if (isInOrder && isOnly('lacking')) return { isLetIn: false, refusals: [403] };
  if (isInOrder && isOnly('twice') && !reasons.flat().includes('lacking')) return { isLetIn: false, refusals: [400] };
  return { isLetIn: false, refusals: possible.length === 0 ? [401] : possible };
}

const STATUSES = { 'lacking': 403, 'twice': 400, 'cross-site': 403, 'absent': 401, 'bad': 401 } as const;
type Failure = keyof typeof STATUSES;

function failuresOf({ terms }: Way, presented: (scheme: SchemeName) => Presented): readonly Failure[] {
  return [...terms].flatMap(([scheme, scopes]): Failure[] => {
    const offered = presented(scheme);
    if (typeof offered === 'string') return [offered];
    return [...scopes].every((scope) => offered.includes(scope)) ? [] : ['lacking'];
  });
}
