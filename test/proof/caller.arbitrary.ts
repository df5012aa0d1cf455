import * as fc from 'fast-check';
import { SCHEME_NAMES } from './application.js';
import type { SchemeName } from './application.js';
import { NOBODY } from './callers.js';
import type { Caller, Grant } from './callers.js';
import type { Security } from './document-evaluator.js';

/** A caller of one of an application's routes, before it is known what the route requires. */
export interface CallerPlan {
  readonly route: number;
  /** Of a route that requires something, if there is one. */
  readonly isOfProtected: boolean;
  /** Sends what an alternative of the route asks for. */
  readonly isAiming: boolean;
  readonly alternative: number;
  /** Then changes what is sent to one scheme of the route. */
  readonly change: { readonly scheme: number; readonly to: Change } | null;
  /** What is sent besides. */
  readonly other: Caller;
}
const CHANGES = ['absent', 'bad', 'malformed', 'twice', 'cross-site', 'fewer scopes'] as const;
type Change = (typeof CHANGES)[number];

const grants: fc.Arbitrary<Grant> = fc.oneof({ weight: 4, arbitrary: fc.subarray(['a', 'b', 'c', 'd']) }, { weight: 1, arbitrary: fc.constant('bad' as const) });
const keys = fc.option(fc.record({ grant: grants, flaw: rarely('twice' as const) }), { freq: 2, nil: null });
const flaws = fc.oneof(rarely('twice' as const), rarely('malformed' as const));
const bearers = fc.record({ is: fc.constant('Bearer' as const), grants: fc.record({ oauth2: grants, clients: grants, bearer: grants }), flaw: flaws });
const basics = fc.record({ is: fc.constant('Basic' as const), grant: grants, flaw: flaws });
const anybody: fc.Arbitrary<Caller> = fc.record({
  authorization: fc.oneof({ weight: 1, arbitrary: fc.constant(null) }, { weight: 2, arbitrary: bearers }, { weight: 1, arbitrary: basics }),
  header: keys,
  query: keys,
  cookie: keys,
  isCrossSite: fc.integer({ min: 1, max: 10 }).map((number) => number === 10),
});

export const callerPlans: fc.Arbitrary<CallerPlan> = fc.record({
  route: fc.nat(),
  isOfProtected: fc.integer({ min: 1, max: 10 }).map((number) => number < 10),
  isAiming: fc.integer({ min: 1, max: 4 }).map((number) => number < 4),
  alternative: fc.nat(),
  change: fc.option(fc.record({ scheme: fc.nat(), to: fc.constantFrom(...CHANGES) }), { freq: 2, nil: null }),
  other: fc.oneof({ weight: 1, arbitrary: fc.constant(NOBODY) }, { weight: 1, arbitrary: anybody }),
});

/** The caller of a route. */
export function callerOf({ isAiming, alternative, change, other }: CallerPlan, security: Security): Caller {
  if (!isAiming) return other;
  const aimed = Object.entries(security[alternative % security.length] ?? {}).reduce((caller, [name, scopes]) => sending(caller, name as SchemeName, scopes), other);
  const schemes = [...new Set(security.flatMap((each) => Object.keys(each)))];
  const scheme = change === null ? undefined : SCHEME_NAMES.find((name) => name === schemes[change.scheme % schemes.length]);
  return change === null || scheme === undefined ? aimed : changed(aimed, scheme, change.to);
}

function changed(caller: Caller, name: SchemeName, to: Change): Caller {
  const isInAuthorization = name !== 'header' && name !== 'query' && name !== 'cookie';
  switch (to) {
    case 'absent':
      return { ...caller, [isInAuthorization ? 'authorization' : name]: null };
    case 'bad':
      return sending(caller, name, 'bad');
    case 'fewer scopes':
      return sending(caller, name, []);
    case 'cross-site':
      return { ...caller, isCrossSite: true };
    case 'twice':
    case 'malformed':
      return isInAuthorization ? withFlaw(sending(caller, name, []), to) : { ...sending(caller, name, []), [name]: { grant: [], flaw: 'twice' } };
  }
}

function withFlaw(caller: Caller, flaw: 'twice' | 'malformed'): Caller {
  return caller.authorization === null ? caller : { ...caller, authorization: { ...caller.authorization, flaw } };
}

function sending(caller: Caller, name: SchemeName, grant: Grant): Caller {
  if (name === 'header' || name === 'query' || name === 'cookie') return { ...caller, [name]: { grant, flaw: null } };
  if (name === 'basic') return { ...caller, authorization: { is: 'Basic', grant, flaw: null } };
  const earlier = caller.authorization?.is === 'Bearer' ? caller.authorization.grants : {};
  return { ...caller, authorization: { is: 'Bearer', grants: { ...earlier, [name]: grant }, flaw: null } };
}

function rarely<T>(value: T): fc.Arbitrary<T | null> {
  return fc.oneof({ weight: 9, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.constant(value) });
}
