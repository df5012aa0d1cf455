import { ForbiddenException, Module } from '@nestjs/common';
import { AuthModule, JwtStrategy } from 'nestjs-scopes';
import type { AccessTokenClaims } from 'nestjs-scopes';
import { claims, header, jws } from '../support/hostile-tokens.js';
import { expectInvalidToken } from '../support/jwt-app.js';
import { MeController } from '../support/me-controller.js';
import { ADAPTERS, start } from '../support/running-app.js';
import type { RunningApp } from '../support/running-app.js';
import { AUDIENCE, ISSUER, publicKey, testScheme } from '../support/tokens.js';

/** What `isRevoked` does, by session. */
const LOOKUPS: Readonly<Record<string, () => unknown>> = {
  'false': () => false,
  'promise of false': () => Promise.resolve(false),
  'true': () => true,
  'promise of true': () => Promise.resolve(true),
  'undefined': () => undefined,
  '1': () => 1,
  'Error': () => { throw new Error('redis://user:hunter2@host'); },
  'promise of an Error': () => Promise.reject(new Error('redis://user:hunter2@host')),
  'ForbiddenException': () => { throw new ForbiddenException('hunter2'); },
};
const validated: unknown[] = [];

class RevokingStrategy extends JwtStrategy {
  constructor() {
    super({ issuer: ISSUER, audience: AUDIENCE, algorithms: ['EdDSA'], secretOrKey: publicKey });
  }
  override isRevoked({ sid }: AccessTokenClaims): boolean {
    return LOOKUPS[String(sid)]?.() as boolean;
  }
  validate({ sid }: AccessTokenClaims): unknown {
    validated.push(sid);
    return {};
  }
}

@Module({ imports: [AuthModule.forRoot({ schemes: [{ scheme: testScheme(), strategy: RevokingStrategy }] })], controllers: [MeController] })
class RevokingApp {}

describe.each(ADAPTERS)('isRevoked of JwtStrategy on %s', (adapter) => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await start(RevokingApp, adapter);
  });
  afterAll(() => app.close());
  beforeEach(() => {
    validated.length = 0;
  });
  const get = (sid: string) => app.get('/me', jws(header(), claims({ sid })));

  it.each(['false', 'promise of false'])('%s lets a token pass', async (sid) => {
    expect((await get(sid)).status).toBe(200);
  });

  it.each([
    { sid: 'true', because: 'it says so' },
    { sid: 'promise of true', because: 'it says so' },
    { sid: 'undefined', because: 'only false says that the token counts' },
    { sid: '1', because: 'stores count instead of saying true' },
  ])('RFC 6750 §3.1: $sid is answered 401 invalid_token before validate is asked, because $because', async ({ sid }) => {
    expectInvalidToken(await get(sid));
    expect(validated).toEqual([]);
  });

  it.each(['Error', 'promise of an Error', 'ForbiddenException'])('NST-14: %s is answered 503 with Retry-After before validate is asked, and does not say why', async (sid) => {
    const { status, json, headers } = await get(sid);
    expect({ status, message: json.message, retryAfter: headers['retry-after'] }).toEqual({ status: 503, message: 'Credentials cannot be verified now', retryAfter: '5' });
    expect(JSON.stringify(json)).not.toContain('hunter2');
    expect(validated).toEqual([]);
  });

  it('is not asked about a token that is not good', async () => {
    expectInvalidToken(await app.get('/me', jws(header(), claims({ sid: 'Error' })).replace(/.{8}$/, 'AAAAAAAA')));
  });
});
