import { Controller, Get, Module } from '@nestjs/common';
import { AuthModule, CurrentPrincipal, HTTPBearer, Principal, Security } from 'nestjs-scopes';
import { describeCorpora } from '../support/corpora.js';
import { realClock, stopDateAt } from '../support/fake-clock.js';
import { jws, rs256, rsa } from '../support/hostile-tokens.js';
import { strategyWith } from '../support/jwt-app.js';
import { ADAPTERS, start } from '../support/running-app.js';
import type { RunningApp } from '../support/running-app.js';
import { recordFigure } from '../support/score.js';

interface Example {
  readonly id: string;
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>> & { readonly iss: string; readonly aud: string; readonly iat: number };
  readonly required: readonly string[];
}

describeCorpora('RFC 9068, the example of §3', (read) => {
  const { cases } = read('rfc-examples/rfc-examples.json') as { readonly cases: readonly Example[] };
  const { header, claims, required } = cases.find(({ id }) => id === 'rfc9068-2-header') ?? ({} as Example);

  const scheme = new HTTPBearer();
  const strategy = strategyWith({
    issuer: claims.iss,
    audience: claims.aud,
    algorithms: ['RS256'],
    profile: 'rfc9068',
    jwks: { keys: [{ ...rsa.publicKey.export({ format: 'jwk' }), kid: String(header['kid']) }] },
  });

  @Controller()
  class CallerController {
    @Get()
    @Security(scheme)
    read(@CurrentPrincipal() { scopes, claims: { sub } }: Principal) {
      return { sub, scopes };
    }
  }
  @Module({ imports: [AuthModule.forRoot({ schemes: [{ scheme, strategy }] })], controllers: [CallerController] })
  class ExampleApp {}

  describe.each(ADAPTERS)('on %s', (adapter) => {
    let app: RunningApp;
    let right = 0;
    beforeAll(async () => {
      app = await start(ExampleApp, adapter);
      stopDateAt(claims.iat + 1);
    });
    afterAll(async () => {
      realClock();
      await app.close();
      recordFigure({ name: 'RFC 9068', figure: `${String(right)} of 15 right`, goal: '15 of 15', isMet: right === 15 });
    });
    const answer = async (changedHeader: object, changedClaims: object) => app.get('/', jws({ ...header, ...changedHeader }, { ...claims, ...changedClaims }, rs256));

    it('§2.1, §2.2: is accepted, with its scopes', async () => {
      const { status, json } = await answer({}, {});
      expect({ status, json }).toEqual({ status: 200, json: { sub: '5ba552d67', scopes: ['openid', 'profile', 'reademail'] } });
      right += 1;
    });

    it.each(required)('§2.2: is refused without %s', async (claim) => {
      expect((await answer({}, { [claim]: undefined })).status).toBe(401);
      right += 1;
    });

    it.each([undefined, 'JWT', 'at+jwt2', 'id_token', 'logout+jwt', 'dpop+jwt'])('§4: is refused with the type %s', async (typ) => {
      expect((await answer({ typ }, {})).status).toBe(401);
      right += 1;
    });

    it('§4: is accepted with the type application/at+jwt', async () => {
      expect((await answer({ typ: 'application/at+jwt' }, {})).status).toBe(200);
      right += 1;
    });
  });
});
