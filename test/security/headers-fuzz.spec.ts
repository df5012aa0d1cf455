import fc from 'fast-check';
import { createHash } from 'node:crypto';
import {
  APIKeyHeader,
  BasicStrategy,
  DigestStrategy,
  HTTPBase,
  HTTPBasic,
  HTTPBearer,
  HTTPDigest,
  OAuth2,
  OAuth2AuthorizationCodeBearer,
  OAuth2ClientCredentialsBearer,
  OAuth2PasswordBearer,
  OpenIdConnect,
} from 'nestjs-scopes';
import type { DigestAccount, SchemeRequest, SecurityScheme } from 'nestjs-scopes';
import { nearly } from '../support/hostile-authorization.js';
import { getRaw } from '../support/raw-http.js';
import { ADAPTERS, start } from '../support/running-app.js';
import type { RunningApp } from '../support/running-app.js';
import { SchemesApp } from '../support/schemes-app.js';
import { TestStrategy, tokenWith } from '../support/tokens.js';

/** Also in the name of each test: set it to see the same headers again. */
const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 2 ** 31);
const RUNS = 200_000;

class OnePassword extends BasicStrategy {
  validate(username: string, password: string): unknown {
    return username === 'johndoe' && password === 'pa:ss' ? { name: 'johndoe' } : null;
  }
}
class OneDigest extends DigestStrategy {
  constructor() {
    super({ realm: 'fuzz', algorithms: ['SHA-256', 'SHA-256-sess', 'MD5', 'MD5-sess'], qop: ['auth', 'auth-int'] });
  }
  validate(username: string, hash: 'SHA-256' | 'MD5' | 'SHA-512-256'): DigestAccount | null {
    return username === 'johndoe' ? { user: { name: 'johndoe' }, ha1: DigestStrategy.ha1('johndoe', 'fuzz', 'secret', hash) } : null;
  }
}

const bearer = new HTTPBearer();
const bearerSchemes: readonly SecurityScheme[] = [
  bearer,
  new OAuth2({ flows: {} }),
  new OAuth2PasswordBearer({ tokenUrl: 'token' }),
  new OAuth2ClientCredentialsBearer({ tokenUrl: 'token' }),
  new OAuth2AuthorizationCodeBearer({ authorizationUrl: 'authorize', tokenUrl: 'token' }),
  new OpenIdConnect({ openIdConnectUrl: '/openid' }),
];
const [basic, digest] = [new HTTPBasic(), new HTTPDigest()];
const others: readonly SecurityScheme[] = [new HTTPBase({ scheme: 'Bearer' }), new HTTPBase({ scheme: 'DPoP' }), new APIKeyHeader({ name: 'Authorization' })];
const KINDS = ['credentials', 'absent', 'malformed', 'ambiguous'];

const goodBasic = `Basic ${Buffer.from('johndoe:pa:ss').toString('base64')}`;
const sha256 = (...parts: readonly string[]): string => createHash('sha256').update(parts.join(':')).digest('hex');

/** Digest credentials that are right once: afterwards their count was used. */
function goodDigest(strategy: OneDigest): string {
  const [challenge = ''] = strategy.challenges({ isStale: false });
  const [, nonce = '', opaque = ''] = /nonce="([^"]+)", opaque="([^"]+)"/.exec(challenge) ?? [];
  const response = sha256(sha256('johndoe', 'fuzz', 'secret'), nonce, '00000001', 'c', 'auth', sha256('GET', '/'));
  return `Digest username="johndoe", realm="fuzz", nonce="${nonce}", uri="/", algorithm=SHA-256, response=${response}, qop=auth, nc=00000001, cnonce="c", opaque="${opaque}"`;
}

const requestWith = (authorization: string): SchemeRequest => ({ method: 'GET', url: '/', headers: { authorization }, rawHeaders: ['Authorization', authorization] });

describe(`Malformed Authorization headers (FUZZ_SEED=${String(seed)})`, () => {
  it(`HDR-02: of ${String(RUNS)} none throws in any scheme, and none is accepted that is not the good one`, async () => {
    const [bearerStrategy, basicStrategy, digestStrategy] = [new TestStrategy(), new OnePassword(), new OneDigest()];
    const token = await tokenWith('me');
    const goodOnce = goodDigest(digestStrategy);
    const verifyDigest = async (request: SchemeRequest): Promise<string> => {
      const extraction = digest.extract(request);
      return extraction.kind === 'credentials' ? (await digestStrategy.verifyCredentials(extraction.credentials, request)).kind : extraction.kind;
    };
    expect(await verifyDigest(requestWith(goodOnce))).toBe('verified');

    const property = fc.asyncProperty(nearly([`Bearer ${token}`, goodBasic, goodOnce]), async (authorization) => {
      const request = requestWith(authorization);
      for (const scheme of [...bearerSchemes, ...others]) {
        if (!KINDS.includes(scheme.extract(request).kind)) throw new Error(scheme.name);
      }
      const sent = bearer.extract(request);
      if (sent.kind === 'credentials' && sent.credentials.credentials !== token) {
        if ((await bearerStrategy.verifyCredentials(sent.credentials)).kind !== 'refused') throw new Error('another token was accepted');
      }
      const pair = basic.extract(request);
      const isGood = new RegExp(`^basic [ \\t]*${goodBasic.slice(6).replace(/[+/]/g, '\\$&')}[ \\t]*$`, 'i').test(authorization) && authorization.includes(goodBasic.slice(6));
      if (pair.kind === 'credentials' && (await basicStrategy.verifyCredentials(pair.credentials)).kind === 'verified' && !isGood) throw new Error('another password was accepted');
      if (['verified', 'unavailable'].includes(await verifyDigest(request))) throw new Error('Digest was accepted, or failed');
    });
    await fc.assert(property, { numRuns: RUNS, seed });
  }, 600_000);
});

describe.each(ADAPTERS)(`Malformed Authorization headers on %s (FUZZ_SEED=${String(seed)})`, (adapter) => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await start(SchemesApp, adapter);
  });
  afterAll(() => app.close());

  it('HDR-02: get 400 or 401 from every route, and no 5xx', async () => {
    // For another audience: no change of letters makes it good.
    const good = [`Bearer ${await tokenWith('me', { aud: 'https://other.example.com' })}`, `Basic ${Buffer.from('johndoe:pa:ss:wor').toString('base64')}`];
    const path = fc.constantFrom('/basic', '/bearer', '/optional-basic');
    const property = fc.asyncProperty(nearly(good), path, async (authorization, target) => {
      const { status, body } = await getRaw(app.port, target, [`Authorization: ${authorization}`]);
      if (target === '/optional-basic' && status === 200) expect(JSON.parse(body)).toEqual({ user: null });
      else expect([400, 401]).toContain(status);
    });
    await fc.assert(property, { numRuns: 1500, seed });
  }, 120_000);
});
