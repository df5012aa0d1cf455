import { dependencyNameOf } from './application.js';
import type { Application, Expression, SchemeName, Use } from './application.js';
import type { Said } from './declared-model.js';

/** What is required of callers: schemes and what combines them. */
export type Requirable = Exclude<Expression, { is: 'dependency' }>;

/** A scope, and where it is asked for. */
export interface PlacedScope {
  readonly scope: string;
  readonly where: string;
}

/** A requirement where it is written, on the route or in a dependency below it, with the scopes that reach it. */
export interface Placed {
  /** `null`: what others name, or the default. */
  readonly what: Requirable | null;
  readonly where: string;
  readonly isTaken: boolean;
  /** The application asks for it, for every route. */
  readonly isForAll: boolean;
  readonly scopes: readonly PlacedScope[];
}

/** What is said about a route, with every dependency replaced by what it takes: scopes go down its tree. */
export function placedIn(application: Application, said: readonly Said[], route: string): readonly Placed[] {
  return said.flatMap(({ what, scopes, isTaken, level }) => {
    const own: Placed = { what: null, where: route, isTaken, isForAll: level === 'app', scopes: scopes.map((scope) => ({ scope, where: route })) };
    return what === null ? [own] : below(application, { what, scopes }, { ...own, scopes: [] });
  });
}

function below(application: Application, { what, scopes }: Use, above: Placed): readonly Placed[] {
  const asked = scopes.filter((scope) => above.scopes.every((each) => each.scope !== scope)).map((scope) => ({ scope, where: above.where }));
  const reaching = { ...above, scopes: [...above.scopes, ...asked] };
  if (what.is !== 'dependency') return [{ ...reaching, what }];
  const where = `${dependencyNameOf(what.dependency)}.resolve`;
  const parameters = application.dependencies[what.dependency]?.parameters ?? [];
  return parameters.flatMap(({ use }) => below(application, use, { ...reaching, where, isTaken: true }));
}

/** The schemes that an expression names. */
export function schemesIn(what: Requirable): readonly SchemeName[] {
  if (what.is === 'scheme') return [what.scheme];
  return what.members.flatMap((member) => (member.is === 'anonymous' ? [] : member.is === 'scheme with scopes' ? [member.scheme] : schemesIn(member)));
}
