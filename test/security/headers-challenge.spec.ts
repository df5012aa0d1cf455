import { Controller, Get, Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { AuthConfigurationError, AuthModule, Scopes } from 'nestjs-scopes';
import { parsedChallenges } from '../support/challenges.js';
import { ADAPTERS, start, startError } from '../support/running-app.js';
import type { RunningApp } from '../support/running-app.js';
import { testScheme, TestStrategy, tokenWith } from '../support/tokens.js';

@Controller('me')
class MeController {
  @Get()
  @Scopes('me', 'items')
  read() {
    return {};
  }
}

@Module({})
class RealmApp {
  static named(realm: unknown): DynamicModule {
    const auth = AuthModule.forRoot({ schemes: [{ scheme: testScheme(), strategy: TestStrategy }], realm: realm as string });
    return { module: RealmApp, imports: [auth], controllers: [MeController] };
  }
}

const QUOTED = [
  { realm: 'api', header: '"api"', because: 'nothing needs an escape' },
  { realm: 'the "inner" api', header: '"the \\"inner\\" api"', because: 'a quote would end the text' },
  { realm: 'C:\\api', header: '"C:\\\\api"', because: 'a backslash begins an escape' },
  { realm: 'api\\', header: '"api\\\\"', because: 'a backslash would hide the last quote' },
  { realm: 'a", error="none', header: '"a\\", error=\\"none"', because: 'a realm must not add parameters' },
  { realm: 'a", Basic realm="b', header: '"a\\", Basic realm=\\"b"', because: 'a realm must not add challenges' },
  { realm: 'a, b=c; d', header: '"a, b=c; d"', because: 'these separate nothing in quotes' },
];

const IMPOSSIBLE = [
  { realm: '', because: 'it names nothing' },
  { realm: 'a\r\nSet-Cookie: a=b', because: 'it would add a field' },
  { realm: 'a\nb', because: 'a newline cannot stand in a field' },
  { realm: 'a\rb', because: 'a carriage return cannot stand in a field' },
  { realm: 'a\tb', because: 'control characters are not escaped' },
  { realm: 'a\0b', because: 'a NUL cannot stand in a field' },
  { realm: 'a\x7Fb', because: 'control characters are not escaped' },
  { realm: 'caf\xE9', because: 'its encoding would be unknown' },
  { realm: '\u{1F512}', because: 'Node cannot write it' },
  { realm: 5, because: 'it is not a text' },
  { realm: null, because: 'it is not a text' },
  { realm: ['api'], because: 'it is not a text' },
];

const SHOWN = IMPOSSIBLE.map((row) => ({ ...row, shown: JSON.stringify(row.realm) }));

const BAD_REQUESTS = [
  { what: 'no token', tokens: () => [], status: 401, error: [] },
  { what: 'a bad token', tokens: () => ['bad'], status: 401, error: ['invalid_token'] },
  { what: 'two tokens', tokens: () => ['bad', 'bad'], status: 400, error: ['invalid_request'] },
  { what: 'a token without scopes', tokens: async () => [await tokenWith('')], status: 403, error: ['insufficient_scope'] },
];

describe.each(ADAPTERS)('challenges on %s', (adapter) => {
  describe.each(QUOTED)('HDR-05: the realm $realm is written $header, because $because', ({ realm, header }) => {
    let app: RunningApp;
    beforeAll(async () => {
      app = await start(RealmApp.named(realm), adapter);
    });
    afterAll(() => app.close());

    it.each(BAD_REQUESTS)('in the $status answer to $what, and a client reads it back', async ({ tokens, status, error }) => {
      const headers = (await tokens()).map((token) => ['Authorization', `Bearer ${token}`] as const);
      const response = await app.send({ path: '/me', headers });
      const parameters = [`realm=${header}`, ...error.map((code) => `error="${code}"`), 'scope="me items"'];
      expect({ status: response.status, challenges: response.challenges }).toEqual({ status, challenges: [`Bearer ${parameters.join(', ')}`] });
      const [code] = error;
      expect(await parsedChallenges(response.challenges)).toEqual([
        { scheme: 'bearer', parameters: { realm, scope: 'me items', ...(code !== undefined && { error: code }) } },
      ]);
    });
  });

  it.each(SHOWN)('HDR-05: the realm $shown stops the application when it comes from forRootAsync, because $because', async ({ realm }) => {
    const auth = AuthModule.forRootAsync({ useFactory: () => ({ schemes: [{ scheme: testScheme() }], realm: realm as string }) });
    expectRealmFinding(await startError({ module: RealmApp, imports: [auth] }, adapter));
  });
});

describe('a realm', () => {
  it.each(SHOWN)('HDR-05: that is $shown is an error at once in forRoot, because $because', ({ realm }) => {
    expect(() => AuthModule.forRoot({ schemes: [], realm: realm as string })).toThrow(AuthConfigurationError);
  });
});

function expectRealmFinding(error: Error): void {
  expect(error).toBeInstanceOf(AuthConfigurationError);
  expect((error as AuthConfigurationError).findings).toEqual([
    { code: 'invalid-option', where: 'AuthModule.forRoot', problem: 'realm is not a text of printable ASCII', mend: expect.stringContaining('RFC 9110 §11.5') },
  ]);
}
