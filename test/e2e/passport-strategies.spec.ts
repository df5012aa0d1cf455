import { Controller, Get, Module, Req } from '@nestjs/common';
import { AuthModule, HTTPBearer, Principal, Scopes, Security } from 'nestjs-scopes';
import { passTime, realClock, stopTimeouts, waitingTimeouts } from '../support/fake-clock.js';
import { SECRET } from '../support/hostile-tokens.js';
import { CustomStrategy, LegacyJwtStrategy, legacyToken, nextAction } from '../support/passport-strategies.js';
import { ADAPTERS, start } from '../support/running-app.js';
import type { RunningApp, TestResponse } from '../support/running-app.js';

const custom = new HTTPBearer({ schemeName: 'custom' });
const legacy = new HTTPBearer({ schemeName: 'legacy' });

@Controller()
@Scopes('me')
class CallerController {
  @Get('custom')
  @Security(custom)
  custom(@Req() request: Record<string, unknown>) {
    return whatIsOn(request);
  }
  @Get('legacy')
  @Security(legacy)
  legacy(@Req() request: Record<string, unknown>) {
    return whatIsOn(request);
  }
}

/** The caller, and what Passport's own middleware would have hung on the request. */
function whatIsOn(request: Record<string, unknown>) {
  const { scopes, claims, scheme } = request['auth'] as Principal;
  return { user: request['user'], scopes, claims, scheme, ofPassport: ['authInfo', 'logIn', 'login', 'isAuthenticated', '_passport'].filter((name) => name in request) };
}

@Module({
  imports: [
    AuthModule.forRoot({
      schemes: [
        { scheme: custom, strategy: CustomStrategy },
        { scheme: legacy, strategy: LegacyJwtStrategy },
      ],
    }),
  ],
  controllers: [CallerController],
})
class PassportApp {}

const GRANTED = [
  { path: 'custom', token: 'scope-in-info', scopes: ['items', 'me'], because: 'info.scope is a text' },
  { path: 'custom', token: 'list-in-info', scopes: ['items', 'me'], because: 'info.scope is a list' },
  { path: 'custom', token: 'list-in-user', scopes: ['items', 'me'], because: 'user.scopes is a list' },
  { path: 'custom', token: 'text-in-user', scopes: ['items', 'me'], because: 'user.scopes is a text' },
  { path: 'legacy', token: legacyToken('johndoe'), scopes: ['me'], because: 'user.scopes is a list' },
  { path: 'legacy', token: legacyToken('informed'), scopes: ['me'], because: 'validate returned user and info' },
];

const NOT_GRANTED = [
  { token: 'no-scopes', because: 'nothing says what the caller may do' },
  { token: 'info-over-user', because: 'info.scope is about this token, user.scopes about the user' },
  { token: 'comma-in-scope', because: 'a comma separates nothing' },
  { token: 'space-in-list', because: 'a scope has no space' },
  { token: 'number-in-list', because: 'a scope is a text' },
  { token: 'object-for-scopes', because: 'it is no list' },
];

const REFUSED = [
  { path: 'custom', what: 'fail()', token: 'fail' },
  { path: 'custom', what: 'fail() with a challenge of its own', token: 'fail-with-challenge' },
  { path: 'custom', what: 'fail() with the status 200', token: 'fail-with-200' },
  { path: 'custom', what: 'fail() with the status 400', token: 'fail-with-400' },
  { path: 'custom', what: 'pass()', token: 'pass' },
  { path: 'custom', what: 'redirect()', token: 'redirect' },
  { path: 'custom', what: 'success() with null', token: 'success-null' },
  { path: 'custom', what: 'success() with false', token: 'success-false' },
  { path: 'custom', what: 'success() with undefined', token: 'success-undefined' },
  { path: 'custom', what: 'fail(), and then success()', token: 'fail-then-success' },
  { path: 'custom', what: 'pass(), and then success()', token: 'pass-then-success' },
  { path: 'custom', what: 'throwing an UnauthorizedException', token: 'throw-401' },
  { path: 'custom', what: 'error() with an UnauthorizedException', token: 'error-401' },
  { path: 'legacy', what: 'null from validate', token: legacyToken('nobody') },
  { path: 'legacy', what: 'an UnauthorizedException from validate', token: legacyToken('refused') },
  { path: 'legacy', what: 'a wrong signature', token: legacyToken('johndoe', `${SECRET}!`) },
  { path: 'legacy', what: 'a token that is none', token: 'bad' },
];

const UNAVAILABLE = [
  { path: 'custom', what: 'throwing an error', token: 'throw' },
  { path: 'custom', what: 'throwing a text', token: 'throw-text' },
  { path: 'custom', what: 'rejecting', token: 'reject' },
  { path: 'custom', what: 'error() with an Error', token: 'error' },
  { path: 'custom', what: 'error() with nothing', token: 'error-nothing' },
  { path: 'custom', what: 'error() with a ServiceUnavailableException', token: 'error-503' },
  { path: 'legacy', what: 'an error from validate', token: legacyToken('broken') },
];

const ANSWERED = [
  { path: 'custom', what: 'throwing a ForbiddenException', token: 'throw-403', status: 403, body: { statusCode: 403, message: 'The account is locked.', error: 'Forbidden' } },
  { path: 'custom', what: 'error() with a 423', token: 'error-423', status: 423, body: { statusCode: 423, message: 'The account is locked.' } },
  { path: 'custom', what: 'rejecting with a 418', token: 'reject-418', status: 418, body: { statusCode: 418, message: 'Teapot.' } },
  { path: 'legacy', what: 'a 423 from validate', token: legacyToken('locked'), status: 423, body: { statusCode: 423, message: 'The account is locked.' } },
  { path: 'legacy', what: 'a ForbiddenException from validate', token: legacyToken('forbidden'), status: 403, body: { statusCode: 403, message: 'The account is locked.', error: 'Forbidden' } },
];

function expectUnavailable({ status, headers, challenges, json }: TestResponse): void {
  expect({ status, challenges, json }).toEqual({
    status: 503,
    challenges: [],
    json: { statusCode: 503, message: 'Credentials cannot be verified now', error: 'Service Unavailable' },
  });
  expect(headers['retry-after']).toMatch(/^[1-9]\d*$/);
}

describe.each(ADAPTERS)('strategies of @nestjs/passport on %s', (adapter) => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await start(PassportApp, adapter);
  });
  afterAll(() => app.close());

  it.each(GRANTED)('lets the caller at /$path in with $scopes when $because', async ({ path, token, scopes }) => {
    const { status, json } = await app.get(`/${path}`, token);
    expect({ status, json }).toEqual({
      status: 200,
      json: { user: expect.objectContaining({ name: expect.any(String) }), scopes, claims: {}, scheme: path, ofPassport: [] },
    });
  });

  it.each(NOT_GRANTED)('answers 403 insufficient_scope to $token, because $because', async ({ token }) => {
    const { status, challenges } = await app.get('/custom', token);
    expect({ status, challenges }).toEqual({ status: 403, challenges: ['Bearer realm="api", error="insufficient_scope", scope="me"'] });
  });

  it.each(REFUSED)('NST-05/06: $what at /$path is answered 401 invalid_token with our challenge', async ({ path, token }) => {
    const { status, headers, challenges, json } = await app.get(`/${path}`, token);
    expect({ status, challenges, json }).toEqual({
      status: 401,
      challenges: ['Bearer realm="api", error="invalid_token", scope="me"'],
      json: { statusCode: 401, message: 'Could not validate credentials', error: 'Unauthorized' },
    });
    expect(headers['location']).toBeUndefined();
  });

  it.each(UNAVAILABLE)('NST-14: $what at /$path is answered 503 with Retry-After, and does not say why', async ({ path, token }) => {
    expectUnavailable(await app.get(`/${path}`, token));
  });

  it.each(ANSWERED)('$what at /$path is answered $status in its own words', async ({ path, token, status, body }) => {
    const { challenges, json, ...response } = await app.get(`/${path}`, token);
    expect({ status: response.status, challenges, json }).toEqual({ status, challenges: [], json: body });
  });

  it('RFC 6750 §3.1: answers 401 without an error code when no credentials were sent', async () => {
    const { status, challenges } = await app.get('/custom');
    expect({ status, challenges }).toEqual({ status: 401, challenges: ['Bearer realm="api", scope="me"'] });
  });

  describe('that take their time', () => {
    beforeEach(stopTimeouts);
    afterEach(realClock);

    async function answerTo(token: string, seconds: number): Promise<TestResponse> {
      const hasBegun = nextAction();
      const answer = app.get('/custom', token);
      await hasBegun;
      passTime(seconds);
      return answer;
    }

    it('NST-06: answers 503 with Retry-After when a strategy has not called back after 10 seconds', async () => {
      expectUnavailable(await answerTo('never', 10));
    });

    it('NST-06: answers 503 with Retry-After when a strategy calls success() after 11 seconds', async () => {
      expectUnavailable(await answerTo('after-11-seconds', 11));
    });

    it('lets a caller in when the strategy calls success() after 9 seconds', async () => {
      expect((await answerTo('after-9-seconds', 9)).status).toBe(200);
    });

    it.each(['scope-in-info', 'fail', 'throw', 'error'])('leaves no timeout waiting behind %s', async (token) => {
      await app.get('/custom', token);
      expect(waitingTimeouts()).toBe(0);
    });
  });
});
