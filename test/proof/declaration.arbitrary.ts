import * as fc from 'fast-check';
import { CATALOGUES, SCHEME_NAMES } from './application.js';
import type { Decoration, Expression, GuardValue, Member, ParameterValue, SchemeName, SchemeValue, Use } from './application.js';
import type { Requirable } from './placed-model.js';

/** What decorators of an application say. */
export interface DeclarationArbitraries {
  /** Without naming a scheme. */
  readonly bareScopes: fc.Arbitrary<readonly string[]>;
  /** In a list, which nobody takes the value of. */
  readonly use: fc.Arbitrary<Use>;
  /** What is required where no scheme is named. */
  readonly fallback: fc.Arbitrary<Requirable>;
  readonly guard: fc.Arbitrary<GuardValue>;
  readonly decorations: fc.Arbitrary<readonly Decoration[]>;
  readonly parameter: fc.Arbitrary<ParameterValue>;
}

/** @param first - the number of the first dependency that may be named, of `count` */
export function declarationArbitraries(schemes: readonly SchemeValue[], count: number, first = 0): DeclarationArbitraries {
  const verified = schemes.filter(({ hasStrategy }) => hasStrategy);
  const bareScopes = scopesFrom([...new Set(schemes.flatMap(({ name }) => CATALOGUES[name] ?? ['a', 'b', 'c', 'd']))]);
  // What nobody verifies belongs on a parameter; elsewhere it is a mistake.
  const trusted = verified.length > 0 ? verified : schemes;
  const use = useOf(trusted, count, first);
  const registered = fc.constantFrom(...trusted.map(({ name }) => name));
  const taken = useOf(schemes, count, first);
  const scopes = bareScopes.map((all): Decoration & { is: 'Scopes' } => ({ is: 'Scopes', scopes: all }));
  const security = use.map((value): Decoration & { is: 'Security' } => ({ is: 'Security', use: value }));
  const guard: fc.Arbitrary<GuardValue> = fc.record({
    with: bareScopes,
    carries: fc.oneof({ weight: 2, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.array(fc.oneof(scopes, security), { maxLength: 2 }) }),
  });
  const requiring = fc.oneof(
    { withCrossShrink: true },
    { weight: 4, arbitrary: scopes },
    { weight: 3, arbitrary: security },
    { weight: 2, arbitrary: guard.map((value): Decoration => ({ is: 'UseGuards', guard: value })) },
  );
  const open = fc.constant<Decoration>({ is: 'Public' });
  return {
    bareScopes,
    use,
    fallback: fc.oneof(registered.map((scheme): Requirable => ({ is: 'scheme', scheme })), alternatives(registered, 2)),
    guard,
    decorations: fc.oneof(
      { withCrossShrink: true },
      { weight: 6, arbitrary: fc.constant([]) },
      { weight: 16, arbitrary: fc.array(requiring, { minLength: 1, maxLength: 2 }) },
      { weight: 3, arbitrary: fc.tuple(open) },
      // Beside something else it is a mistake.
      { weight: 1, arbitrary: fc.array(fc.oneof(requiring, open), { maxLength: 2 }) },
    ),
    parameter: fc.oneof(
      taken.map((value): ParameterValue => ({ decorator: 'Security', use: value })),
      taken.map(({ what }): ParameterValue => ({ decorator: 'Depends', use: { what, scopes: [] } })),
    ),
  };
}

function namesOf(schemes: readonly SchemeValue[]): fc.Arbitrary<SchemeName> {
  return fc.oneof(
    { weight: 300, arbitrary: fc.constantFrom(...schemes.map(({ name }) => name)) },
    // One that may not be registered.
    { weight: 1, arbitrary: fc.constantFrom(...SCHEME_NAMES) },
  );
}

function useOf(schemes: readonly SchemeValue[], count: number, first: number): fc.Arbitrary<Use> {
  const names = namesOf(schemes);
  const ofScheme = names.chain((scheme) => fc.record({ what: fc.constant<Expression>({ is: 'scheme', scheme }), scopes: scopesOf(scheme) }));
  const ofDependency = fc.record({
    what: fc.integer({ min: first, max: Math.max(first, count - 1) }).map((dependency): Expression => ({ is: 'dependency', dependency })),
    scopes: fc.oneof({ weight: 5, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: scopesFrom(['a', 'b']) }),
  });
  const ofUsual = fc.record({ what: fc.constant<Expression>(usual(schemes)), scopes: scopesFrom(['a', 'b', 'c']) });
  const ofAlternatives = fc.record({ what: alternatives(names, 2), scopes: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: scopesFrom(['a', 'b', 'c']) }) });
  return fc.oneof(
    { withCrossShrink: true },
    { weight: 4, arbitrary: ofScheme },
    ...(first < count ? [{ weight: 2, arbitrary: ofDependency }] : []),
    { weight: 4, arbitrary: ofAlternatives },
    { weight: 2, arbitrary: ofUsual },
  );
}

/** Written at several places: an application often has the same two alternatives everywhere. */
function usual(schemes: readonly SchemeValue[]): Expression & { is: 'anyOf' | 'allOf' } {
  const members = [...new Set([schemes[0], schemes.at(-1)])].flatMap((scheme): Member[] => (scheme === undefined ? [] : [{ is: 'scheme', scheme: scheme.name }]));
  return { is: 'anyOf', members };
}

function alternatives(names: fc.Arbitrary<SchemeName>, depth: number): fc.Arbitrary<Expression & { is: 'anyOf' | 'allOf' }> {
  const scheme = names.map((name): Member => ({ is: 'scheme', scheme: name }));
  const withScopes = names.chain((name) => scopesOf(name).map((scopes): Member => ({ is: 'scheme with scopes', scheme: name, scopes })));
  const nested = depth > 1 ? [{ weight: 1, arbitrary: alternatives(names, depth - 1) as fc.Arbitrary<Member> }] : [];
  const member = fc.oneof({ weight: 3, arbitrary: scheme }, { weight: 1, arbitrary: withScopes }, ...nested);
  const anonymous = fc.constant<Member>({ is: 'anonymous' });
  const either = fc.tuple(fc.array(member, { minLength: 1, maxLength: 3 }), fc.option(anonymous, { freq: 2, nil: null }), fc.nat());
  return fc.oneof(
    { weight: 2, arbitrary: either.map(([members, some, at]) => ({ is: 'anyOf' as const, members: some === null ? members : members.toSpliced(at % (members.length + 1), 0, some) })) },
    { weight: 1, arbitrary: fc.array(member, { minLength: 1, maxLength: 2 }).map((members) => ({ is: 'allOf' as const, members })) },
  );
}

/** Mostly those that the scheme knows. */
function scopesOf(scheme: SchemeName): fc.Arbitrary<readonly string[]> {
  return scopesFrom(CATALOGUES[scheme] ?? ['a', 'b', 'c', 'd']);
}

function scopesFrom(known: readonly string[]): fc.Arbitrary<readonly string[]> {
  return fc.oneof(
    { weight: 50, arbitrary: fc.constant([]) },
    { weight: 50, arbitrary: fc.subarray([...known], { minLength: 1, maxLength: 2 }) },
    { weight: 1, arbitrary: fc.constant(['d']) },
  );
}
