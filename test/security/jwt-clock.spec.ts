import { Controller, Get, Module } from '@nestjs/common';
import { AuthModule, HTTPBearer, Scopes, Security } from 'nestjs-scopes';
import { moveDateTo, realClock, stopDateAt } from '../support/fake-clock.js';
import { claims, header, jws } from '../support/hostile-tokens.js';
import { expectInvalidToken, strategyWith } from '../support/jwt-app.js';
import { ADAPTERS, start } from '../support/running-app.js';
import type { RunningApp } from '../support/running-app.js';
import { publicKey } from '../support/tokens.js';

const byDefault = new HTTPBearer({ schemeName: 'byDefault' });
const exact = new HTTPBearer({ schemeName: 'exact' });
const generous = new HTTPBearer({ schemeName: 'generous' });

@Controller()
class TolerantController {
  @Get('tolerance/5')
  @Security(byDefault)
  @Scopes('me')
  five() {
    return {};
  }
  @Get('tolerance/0')
  @Security(exact)
  @Scopes('me')
  none() {
    return {};
  }
  @Get('tolerance/60')
  @Security(generous)
  @Scopes('me')
  sixty() {
    return {};
  }
}

@Module({
  imports: [
    AuthModule.forRoot({
      schemes: [
        { scheme: byDefault, strategy: strategyWith({ algorithms: ['EdDSA'], secretOrKey: publicKey }) },
        { scheme: exact, strategy: strategyWith({ algorithms: ['EdDSA'], secretOrKey: publicKey, clockTolerance: 0 }) },
        { scheme: generous, strategy: strategyWith({ algorithms: ['EdDSA'], secretOrKey: publicKey, clockTolerance: 60 }) },
      ],
    }),
  ],
  controllers: [TolerantController],
})
class ClockApp {}

const NOW = 1_900_000_000;
const BOUNDARIES = [0, 5, 60].flatMap((tolerance) => [
  { tolerance, claim: 'exp', offset: 1 - tolerance, status: 200, because: 'one second is left' },
  { tolerance, claim: 'exp', offset: -tolerance, status: 401, because: 'the time must be before it (RFC 7519 §4.1.4)' },
  { tolerance, claim: 'exp', offset: -tolerance - 1, status: 401, because: 'it has passed' },
  { tolerance, claim: 'nbf', offset: tolerance, status: 200, because: 'the time may be equal to it (RFC 7519 §4.1.5)' },
  { tolerance, claim: 'nbf', offset: tolerance + 1, status: 401, because: 'it has not come' },
  { tolerance, claim: 'iat', offset: tolerance, status: 200, because: 'clocks may differ that much' },
  { tolerance, claim: 'iat', offset: tolerance + 1, status: 401, because: 'it has not come' },
]);

describe.each(ADAPTERS)('the clock on %s', (adapter) => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await start(ClockApp, adapter);
  });
  afterAll(() => app.close());
  beforeEach(() => {
    stopDateAt(NOW);
  });
  afterEach(realClock);

  it.each(BOUNDARIES)('JWT-08: with a tolerance of $tolerance s, $claim at $offset s from now is answered $status, because $because', async ({ tolerance, claim, offset, status }) => {
    const response = await app.get(`/tolerance/${String(tolerance)}`, jws(header(), claims({ [claim]: NOW + offset })));
    expect(response.status).toBe(status);
    expect(response.challenges).toEqual(status === 200 ? [] : ['Bearer realm="api", error="invalid_token", scope="me"']);
  });

  it('JWT-08: a token that was good is answered 401 invalid_token as soon as it has expired', async () => {
    const token = jws(header(), claims({ exp: NOW + 30 }));
    expect((await app.get('/tolerance/5', token)).status).toBe(200);
    moveDateTo(NOW + 35);
    expectInvalidToken(await app.get('/tolerance/5', token));
  });
});
