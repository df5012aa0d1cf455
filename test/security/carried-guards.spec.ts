import { Controller, Get, Injectable, Module } from '@nestjs/common';
import { allOf, anyOf, APIKeyHeader, ApiKeyStrategy, AuthModule, Scopes, ScopesGuard, Security } from 'nestjs-scopes';
import { ADAPTERS, start } from '../support/running-app.js';

const [one, two] = [new APIKeyHeader({ name: 'X-One', schemeName: 'one' }), new APIKeyHeader({ name: 'X-Two', schemeName: 'two' })];
const optional = new APIKeyHeader({ name: 'X-Optional', schemeName: 'optional', autoError: false });

/** A key is its owner and, after the colon, what the owner may do. */
@Injectable()
class KeyStrategy extends ApiKeyStrategy {
  readonly #keys = new Map(['carol:', 'carol:items', 'root:admin'].map((key) => [ApiKeyStrategy.hash(key), key]));

  validate(hash: string): unknown {
    const [name, scopes = ''] = this.#keys.get(hash)?.split(':') ?? [];
    return name !== undefined && { name, scopes: scopes === '' ? [] : [scopes] };
  }
}

@Security(anyOf({ scheme: one, scopes: ['admin'] }, two))
class MemberGuard extends ScopesGuard {}
@Security(allOf({ scheme: one, scopes: ['admin'] }))
class AllGuard extends ScopesGuard {}
@Security(two, { scopes: ['items'] })
class OfTwoGuard extends ScopesGuard {}
@Security(optional)
class OptionalGuard extends ScopesGuard {}
@Scopes('admin')
class BareGuard extends ScopesGuard {}

@Controller()
class RoutesController {
  @Get('one') @Security(one) one() { return {}; }
  @Get('admin') @Security(one, { scopes: ['admin'] }) admin() { return {}; }
  @Get('both') @Security(one, { scopes: ['items'] }) @Security(two) both() { return {}; }
}

@Module({
  imports: [AuthModule.forRoot({ schemes: [one, two, optional].map((scheme) => ({ scheme, strategy: KeyStrategy })) })],
  controllers: [RoutesController],
  providers: [MemberGuard, AllGuard, OfTwoGuard, OptionalGuard, BareGuard],
})
class GuardedApp {}

describe.each(ADAPTERS)('What a guard carries that is bound by useGlobalGuards, where the table cannot see it, on %s', (adapter) => {
  it.each([
    { guard: MemberGuard, path: '/one', headers: { 'X-One': 'carol:' }, status: 403, because: 'the scopes of a member are not asked for by the route' },
    { guard: MemberGuard, path: '/admin', headers: { 'X-One': 'root:admin' }, status: 200, because: 'the route asks for as much' },
    { guard: AllGuard, path: '/one', headers: { 'X-One': 'carol:' }, status: 403, because: 'allOf asks for more' },
    { guard: OfTwoGuard, path: '/both', headers: { 'X-One': 'carol:items', 'X-Two': 'carol:' }, status: 403, because: 'the scope is asked of the other scheme' },
    { guard: OptionalGuard, path: '/one', headers: { 'X-One': 'carol:', 'X-Optional': 'bad' }, status: 403, because: 'credentials that may be absent are bad, and nobody looks' },
    { guard: BareGuard, path: '/one', headers: { 'X-One': 'root:admin' }, status: 403, because: 'nobody else asks for the scope' },
    { guard: BareGuard, path: '/admin', headers: { 'X-One': 'root:admin' }, status: 200, because: 'the route asks for it' },
  ])('is denied unless the route requires it: $guard.name on $path answers $status, as $because', async ({ guard, path, headers, status }) => {
    const app = await start(GuardedApp, adapter, (nest) => void nest.useGlobalGuards(nest.get(guard)));
    expect((await app.send({ path, headers: Object.entries(headers) })).status).toBe(status);
    await app.close();
  });
});
