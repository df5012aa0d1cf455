import { Controller, Get, Module } from '@nestjs/common';
import { APIKeyHeader, AuthModule, Depends, HTTPBase, HTTPBasic, HTTPDigest, Security } from 'nestjs-scopes';
import { parsedChallenges } from '../support/challenges.js';
import { ADAPTERS, start } from '../support/running-app.js';
import type { RunningApp } from '../support/running-app.js';
import { testScheme, TestStrategy } from '../support/tokens.js';

const REALM = 'a "quoted" \\ realm, nonce="evil"';
const [basic, ownRealm, digest] = [new HTTPBasic(), new HTTPBasic({ schemeName: 'own', realm: 'o"wn' }), new HTTPDigest()];
const [key, dpop, oauth2] = [new APIKeyHeader({ name: 'X-Key' }), new HTTPBase({ scheme: 'DPoP' }), testScheme()];

@Controller()
class ChallengeController {
  @Get('basic') basic(@Depends(basic) value: unknown) { return { value }; }
  @Get('own') own(@Depends(ownRealm) value: unknown) { return { value }; }
  @Get('digest') digest(@Depends(digest) value: unknown) { return { value }; }
  @Get('key') key(@Depends(key) value: unknown) { return { value }; }
  @Get('dpop') dpop(@Depends(dpop) value: unknown) { return { value }; }
  @Get('oauth2') @Security(oauth2, { scopes: ['me', 'items'] }) oauth2() { return {}; }
}

@Module({
  imports: [AuthModule.forRoot({ realm: REALM, schemes: [{ scheme: oauth2, strategy: TestStrategy }, ...[basic, ownRealm, digest, key, dpop].map((scheme) => ({ scheme }))] })],
  controllers: [ChallengeController],
})
class ChallengeApp {}

describe.each(ADAPTERS)('The challenge of each scheme on %s', (adapter) => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await start(ChallengeApp, adapter);
  });
  afterAll(() => app.close());

  it.each([
    { path: '/basic', scheme: 'basic', parameters: { realm: REALM, charset: 'UTF-8' } },
    { path: '/own', scheme: 'basic', parameters: { realm: 'o"wn', charset: 'UTF-8' } },
    { path: '/digest', scheme: 'digest', parameters: { realm: REALM, qop: 'auth', algorithm: 'SHA-256', nonce: expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown } },
    { path: '/key', scheme: 'apikey', parameters: { realm: REALM } },
    { path: '/dpop', scheme: 'dpop', parameters: { realm: REALM } },
    { path: '/oauth2', scheme: 'bearer', parameters: { realm: REALM, scope: 'me items' } },
  ])('HDR-04, HDR-05: of $path is read by an OAuth client as it was meant', async ({ path, scheme, parameters }) => {
    const { status, challenges } = await app.get(path);
    expect(status).toBe(401);
    expect(await parsedChallenges(challenges)).toEqual([{ scheme, parameters }]);
  });
});
