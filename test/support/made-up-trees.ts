import { Controller, Get, Injectable, Module, Req } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import * as fc from 'fast-check';
import { APIKeyHeader, AuthModule, Depends, HTTPBearer, RequiredScopes, Security } from 'nestjs-scopes';
import type { SecurityScopes } from 'nestjs-scopes';
import type { Call, MadeUpTree, MadeUpUse } from './dependency-model.js';

const MOST_DEPENDENCIES = 40;
const SCOPES = ['a', 'b', 'c', 'd'];
const SCHEMES = ['key', 'bearer'];
/** What the requests of the tests send. */
export const CREDENTIALS = [['X-Key', 'credentials of key'], ['Authorization', 'Bearer t']] as const;

/** Applications of up to 40 dependencies; each needs later ones, so that there is no circle, and several share some. */
export const madeUpTrees: fc.Arbitrary<MadeUpTree> = fc.integer({ min: 1, max: MOST_DEPENDENCIES }).chain((count) => {
  const use = (first: number): fc.Arbitrary<MadeUpUse> => {
    const scheme = fc.constantFrom<number | string>(...SCHEMES);
    const later = (): fc.Arbitrary<number | string> => fc.integer({ min: first, max: Math.min(first + 5, count - 1) });
    const of = first < count ? fc.oneof({ weight: 5, arbitrary: later() }, { weight: 1, arbitrary: scheme }) : scheme;
    return fc.record({ of, scopes: fc.subarray(SCOPES, { maxLength: 2 }), useCache: fc.boolean() });
  };
  const uses = (first: number, maxLength: number): fc.Arbitrary<MadeUpUse[]> => fc.array(use(first), { maxLength });
  const dependencies = Array.from({ length: count }, (_, index) => fc.record({ takesScopes: fc.boolean(), uses: uses(index + 1, index % 3 === 0 ? 3 : 1) }));
  const levels = fc.record({ app: uses(0, 2), class: uses(0, 2), method: uses(0, 2), parameters: uses(0, 4) });
  return fc.record({ dependencies: fc.tuple(...dependencies), levels });
});

/** Keeps what each request calls. */
type Trace = WeakMap<object, Call[]>;

/** The application as a user of the library writes it, with the decorators called by hand. Its one route answers with the calls and its values. */
export function madeUpModule({ dependencies, levels }: MadeUpTree): Type {
  const key = new APIKeyHeader({ name: 'X-Key', schemeName: 'key' });
  const bearer = new HTTPBearer({ schemeName: 'bearer' });
  const trace: Trace = new WeakMap();
  // eslint-disable-next-line @typescript-eslint/no-extraneous-class -- its method is defined below
  const classes = dependencies.map(() => class MadeUp {});
  const targetOf = ({ of }: MadeUpUse): never => (typeof of === 'number' ? classes[of] : of === 'key' ? key : bearer) as never;

  /** A scheme in a list is taken by nobody, so a dependency takes it there. */
  @Injectable()
  class KeyTaker { resolve(@Depends(key) value: string) { return value; } }
  @Injectable()
  class BearerTaker { resolve(@Depends(bearer) value: unknown) { return value; } }
  const listed = (use: MadeUpUse): never => (use.of === 'key' ? KeyTaker : use.of === 'bearer' ? BearerTaker : targetOf(use)) as never;

  for (const [of, { takesScopes, uses }] of dependencies.entries()) {
    const { prototype } = classes[of] as { prototype: object };
    const resolve = (...got: unknown[]): unknown => {
      const calls = trace.get(got.pop() as object) ?? [];
      const n = calls.filter((call) => call.of === of).length + 1;
      calls.push({ of, n, got: got.map(shown) });
      return `${String(of)}#${String(n)}`;
    };
    // Every other one takes its time.
    const value = of % 2 === 0 ? resolve : async (...got: unknown[]) => (await Promise.resolve(), resolve(...got));
    Object.defineProperty(prototype, 'resolve', { value, configurable: true, writable: true });
    if (takesScopes) RequiredScopes()(prototype, 'resolve', 0);
    for (const [index, use] of uses.entries()) Security(targetOf(use), options(use))(prototype, 'resolve', (index + (takesScopes ? 1 : 0)) as never);
    Req()(prototype, 'resolve', uses.length + (takesScopes ? 1 : 0));
    Injectable()(classes[of] as Type);
  }

  @Injectable()
  class Start {
    resolve(@Req() request: object) { trace.set(request, []); }
  }
  @Controller()
  class TreeController {
    read(...got: unknown[]) { return { calls: trace.get(got.pop() as object), values: got.map(shown) }; }
  }
  const { prototype } = TreeController;
  // As a compiler does it, the last parameter first.
  for (const [index, use] of [...levels.parameters.entries()].toReversed()) Security(targetOf(use), options(use))(prototype, 'read', index as never);
  Req()(prototype, 'read', levels.parameters.length);
  const descriptor = Object.getOwnPropertyDescriptor(prototype, 'read') as PropertyDescriptor;
  for (const use of levels.method.toReversed()) Security(listed(use), options(use))(prototype, 'read', descriptor);
  Get()(prototype, 'read', descriptor);
  for (const use of levels.class.toReversed()) Security(listed(use), options(use))(TreeController);

  @Module({
    imports: [AuthModule.forRoot({
      schemes: [{ scheme: key }, { scheme: bearer }],
      dependencies: [Start, ...levels.app.map((use) => ({ dependency: listed(use), ...options(use) }))],
      // Scopes that nobody reads are a mistake in an application, and have a meaning all the same.
      audit: 'warn',
    })],
    controllers: [TreeController],
    providers: [Start, KeyTaker, BearerTaker, ...(classes as Type[])],
  })
  class MadeUpModule {}
  return MadeUpModule;
}

function options({ scopes, useCache }: MadeUpUse): { scopes: readonly string[]; useCache: boolean } {
  return { scopes, useCache };
}

/** What a parameter got, as the model writes it. */
function shown(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return 'scopeStr' in value ? (value as SecurityScopes).scopes : 'credentials of bearer';
}
