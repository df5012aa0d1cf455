import { ConflictException, ForbiddenException, HttpException, InternalServerErrorException, Module, UnauthorizedException } from '@nestjs/common';
import { AuthModule, JwtStrategy } from 'nestjs-scopes';
import type { AccessTokenClaims } from 'nestjs-scopes';
import { claims, foreign, header, jws, signedWith } from '../support/hostile-tokens.js';
import { expectInvalidToken } from '../support/jwt-app.js';
import { MeController } from '../support/me-controller.js';
import { ADAPTERS, start } from '../support/running-app.js';
import type { RunningApp } from '../support/running-app.js';
import { AUDIENCE, ISSUER, publicKey, testScheme } from '../support/tokens.js';

/** What `validate` does, by subject. */
const LOOKUPS: Readonly<Record<string, () => unknown>> = {
  'null': () => null,
  'undefined': () => undefined,
  'false': () => false,
  'promise of null': () => Promise.resolve(null),
  'UnauthorizedException': () => { throw new UnauthorizedException('No such user.'); },
  'promise of a 401': () => Promise.reject(new HttpException('No such user.', 401)),
  'ForbiddenException': () => { throw new ForbiddenException('The account is locked.'); },
  'promise of a 409': () => Promise.reject(new ConflictException('The account has moved.')),
  'Error': () => { throw new Error('password=hunter2'); },
  'promise of an Error': () => Promise.reject(new Error('password=hunter2')),
  'InternalServerErrorException': () => { throw new InternalServerErrorException('password=hunter2'); },
};

const subjects: string[] = [];

class LookupStrategy extends JwtStrategy {
  constructor() {
    super({ issuer: ISSUER, audience: AUDIENCE, algorithms: ['EdDSA'], secretOrKey: publicKey });
  }
  validate({ sub }: AccessTokenClaims): unknown {
    subjects.push(sub);
    return LOOKUPS[sub]?.();
  }
}

@Module({ imports: [AuthModule.forRoot({ schemes: [{ scheme: testScheme(), strategy: LookupStrategy }] })], controllers: [MeController] })
class LookupApp {}

describe.each(ADAPTERS)('validate of JwtStrategy on %s', (adapter) => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await start(LookupApp, adapter);
  });
  afterAll(() => app.close());
  const get = (sub: string) => app.get('/me', jws(header(), claims({ sub })));

  it.each(['null', 'undefined', 'false', 'promise of null', 'UnauthorizedException', 'promise of a 401'])('RFC 6750 §3.1: %s is answered 401 invalid_token, and does not say why', async (sub) => {
    expectInvalidToken(await get(sub));
  });

  it.each([
    { sub: 'ForbiddenException', status: 403, message: 'The account is locked.' },
    { sub: 'promise of a 409', status: 409, message: 'The account has moved.' },
  ])('$sub is answered $status in its own words', async ({ sub, status, message }) => {
    const { challenges, json, ...response } = await get(sub);
    expect({ status: response.status, challenges, message: json.message }).toEqual({ status, challenges: [], message });
  });

  it.each(['Error', 'promise of an Error', 'InternalServerErrorException'])('NST-14: %s is answered 503 with Retry-After, and does not say why', async (sub) => {
    const { status, headers, challenges, json } = await get(sub);
    expect({ status, challenges, json }).toEqual({
      status: 503,
      challenges: [],
      json: { statusCode: 503, message: 'Credentials cannot be verified now', error: 'Service Unavailable' },
    });
    expect(headers['retry-after']).toMatch(/^[1-9]\d*$/);
  });

  it.each([
    { what: 'signed with a foreign key', token: () => jws(header(), claims(), signedWith(null, foreign.privateKey)) },
    { what: 'expired', token: () => jws(header(), claims({ exp: 1 })) },
    { what: 'for another audience', token: () => jws(header(), claims({ aud: 'x' })) },
    { what: 'no token', token: () => 'bad' },
  ])('no user is looked up for what is $what', async ({ token }) => {
    subjects.length = 0;
    expectInvalidToken(await app.get('/me', token()));
    expect(subjects).toEqual([]);
  });
});
