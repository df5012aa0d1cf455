import { Logger, Module } from '@nestjs/common';
import { AuthModule, JwtStrategy } from 'nestjs-scopes';
import type { AccessTokenClaims } from 'nestjs-scopes';
import { passTime, realClock, stopMonotonicClock } from '../support/fake-clock.js';
import { claims, header, jws } from '../support/hostile-tokens.js';
import { MeController } from '../support/me-controller.js';
import { ADAPTERS, start } from '../support/running-app.js';
import type { RunningApp } from '../support/running-app.js';
import { AUDIENCE, ISSUER, publicKey, testScheme } from '../support/tokens.js';

class LoggingStrategy extends JwtStrategy {
  constructor() {
    super({ issuer: ISSUER, audience: AUDIENCE, algorithms: ['EdDSA'], secretOrKey: publicKey, maxTokenAge: 3600, scopeClaims: ['permissions'] });
  }
  validate({ sub }: AccessTokenClaims): unknown {
    if (sub === 'store-down') throw new Error('redis://user:hunter2@host');
    return sub === 'nobody' ? null : { name: sub };
  }
}

@Module({ imports: [AuthModule.forRoot({ schemes: [{ scheme: testScheme(), strategy: LoggingStrategy }] })], controllers: [MeController] })
class LoggingApp {}

const TOLD = [
  { what: 'no JWT', token: () => 'opaque', line: 'A token was refused: form.' },
  { what: 'another issuer', token: () => jws(header(), claims({ iss: 'https://canary.example.com' })), line: `A token was refused: issuer. Its iss has to be "${ISSUER}".` },
  { what: 'another audience', token: () => jws(header(), claims({ aud: 'canary' })), line: `A token was refused: audience. Its aud has to be, or to hold, "${AUDIENCE}".` },
  { what: 'another algorithm', token: () => jws(header({ alg: 'RS256' }), claims()), line: 'A token was refused: algorithm. Its alg has to be "EdDSA".' },
  { what: 'another type', token: () => jws(header({ typ: 'canary' }), claims()), line: 'A token was refused: type. Its typ has to be "JWT", "at+jwt" or absent.' },
  { what: 'a long life', token: () => jws(header(), claims({ exp: Math.floor(Date.now() / 1000) + 86_400 })), line: 'A token was refused: maximum age. From iat to exp may be 3600 seconds.' },
  { what: 'a bad signature', token: () => jws(header(), claims()).replace(/.{8}$/, 'AAAAAAAA'), line: 'A token was refused: signature.' },
  { what: 'no user', token: () => jws(header(), claims({ sub: 'nobody' })), line: 'A token was refused: validate.' },
  { what: 'scopes in another claim', token: () => jws(header(), claims({ scope: 'canary' })), line: 'A token grants no scopes: it has none of the claims permissions.' },
];

describe.each(ADAPTERS)('what the log says of tokens on %s', (adapter) => {
  let app: RunningApp;
  const lines: string[] = [];
  beforeEach(async () => {
    stopMonotonicClock();
    const note = (level: string) => (text: string, context = '') => { lines.push(`${level} [${context}] ${text}`); };
    app = await start(LoggingApp, adapter, (nest) => { nest.useLogger({ log: () => undefined, warn: note('warn'), error: note('error'), debug: note('debug') }); });
    lines.length = 0;
  });
  afterEach(async () => {
    await app.close();
    Logger.overrideLogger(false);
    realClock();
  });

  it.each(TOLD)('names the check, what the options ask for, and nothing of the token, at the level debug: $what', async ({ token, line }) => {
    await app.get('/me', token());
    expect(lines).toEqual([`debug [LoggingStrategy] ${line}`]);
  });

  it('says each thing once in ten seconds, however many requests there are', async () => {
    for (let count = 0; count < 5; count += 1) await app.get('/me', 'opaque');
    expect(lines).toHaveLength(1);
    await app.get('/me', jws(header(), claims({ aud: 'canary' })));
    expect(lines).toHaveLength(2);
    passTime(10);
    await app.get('/me', 'opaque');
    expect(lines).toHaveLength(3);
  });

  it('NST-15: says of a store that fails where, once in ten seconds, and not its message', async () => {
    for (let count = 0; count < 5; count += 1) expect((await app.get('/me', jws(header(), claims({ sub: 'store-down' })))).status).toBe(503);
    expect(lines).toEqual([expect.stringMatching(/^error \[\] Credentials could not be verified for MeController\.read: Error\n {4}at LoggingStrategy\.validate/)]);
    expect(lines.join()).not.toContain('hunter2');
  });
});
