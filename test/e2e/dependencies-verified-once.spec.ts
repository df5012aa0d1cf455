import { Controller, Get, Injectable, Module } from '@nestjs/common';
import { APIKeyHeader, ApiKeyStrategy, AuthModule, Depends, DigestStrategy, HTTPDigest } from 'nestjs-scopes';
import { curl, describeWithCurl } from '../support/digest-programs.js';
import { accountOf, MUFASA, REALM } from '../support/digest-app.js';
import { ADAPTERS, start } from '../support/running-app.js';

const key = new APIKeyHeader({ name: 'X-Key' });
const digest = new HTTPDigest();
const asked: string[] = [];

@Injectable()
class KeyStrategy extends ApiKeyStrategy {
  validate(hash: string): unknown {
    asked.push(hash);
    return { name: 'client' };
  }
}

@Injectable()
class AccountsStrategy extends DigestStrategy {
  constructor() {
    super({ realm: REALM });
  }
  validate(username: string) {
    return accountOf(username, 'SHA-256');
  }
}

/** What stands for a name may take more than the name itself declares, which only shows when the dependency is made. */
abstract class First {
  abstract resolve(...parameters: never[]): unknown;
}
abstract class Second {
  abstract resolve(...parameters: never[]): unknown;
}
class TakesKey {
  resolve(@Depends(key) value: string) { return value; }
}
class TakesDigest {
  resolve(@Depends(digest) value: unknown) { return value !== null; }
}

@Controller()
class RoutesController {
  @Get('keys') keys(@Depends(First) first: unknown, @Depends(First, { useCache: false }) second: unknown) { return { first, second }; }
  @Get('digests') digests(@Depends(Second) first: unknown, @Depends(Second, { useCache: false }) second: unknown) { return { first, second }; }
}

@Module({
  imports: [AuthModule.forRoot({ schemes: [{ scheme: key, strategy: KeyStrategy }, { scheme: digest, strategy: AccountsStrategy }] })],
  controllers: [RoutesController],
  providers: [{ provide: First, useFactory: () => new TakesKey() }, { provide: Second, useFactory: () => new TakesDigest() }],
})
class FactoryApp {}

describe.each(ADAPTERS)('Credentials that several dependencies of a factory take, on %s', (adapter) => {
  it('are verified once in a request', async () => {
    const app = await start(FactoryApp, adapter);
    asked.length = 0;
    expect((await app.send({ path: '/keys', headers: [['X-Key', 'k']] })).json).toEqual({ first: 'k', second: 'k' });
    expect(asked).toEqual([ApiKeyStrategy.hash('k')]);
    await app.close();
  });
});

describeWithCurl().each(ADAPTERS)('A Digest response that several of them take, on %s', (adapter) => {
  it('is one response, whose count of the nonce is taken once', async () => {
    const app = await start(FactoryApp, adapter);
    const answers = await curl(MUFASA, [`http://127.0.0.1:${String(app.port)}/digests`]);
    expect(answers).toEqual([{ status: 200, json: { first: true, second: true } }]);
    await app.close();
  });
});
