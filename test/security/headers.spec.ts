import { Controller, Get, Module } from '@nestjs/common';
import { AuthModule, Scopes, Security } from 'nestjs-scopes';
import { ADAPTERS, start } from '../support/running-app.js';
import type { RunningApp } from '../support/running-app.js';
import { testScheme, TestStrategy, tokenWith } from '../support/tokens.js';

const required = testScheme();
const optional = testScheme({ schemeName: 'optional', autoError: false });

@Controller()
class HeaderController {
  @Get('required')
  @Scopes('me')
  required() {
    return {};
  }
  @Get('optional')
  @Security(optional)
  optional() {
    return {};
  }
}

@Module({
  imports: [
    AuthModule.forRoot({
      schemes: [
        { scheme: required, strategy: TestStrategy },
        { scheme: optional, strategy: TestStrategy },
      ],
    }),
  ],
  controllers: [HeaderController],
})
class HeaderApp {}

/** `T` stands for a good token in all tables, so that a reader that is too kind answers 200. */
const ACCEPTED = [
  { value: 'Bearer T', because: 'RFC 6750 §2.1 has it so' },
  { value: 'bearer T', because: 'the scheme has no case (RFC 9110 §11.1)' },
  { value: 'BEARER T', because: 'the scheme has no case (RFC 9110 §11.1)' },
  { value: 'bEaReR T', because: 'the scheme has no case (RFC 9110 §11.1)' },
  { value: 'Bearer  T', because: 'one or more spaces separate (RFC 9110 §11.4)' },
  { value: 'Bearer      T', because: 'one or more spaces separate (RFC 9110 §11.4)' },
  { value: ' Bearer T ', because: 'white space around a field value is not part of it (RFC 9110 §5.5)' },
];

const MISSING = [
  { value: '', because: 'it says nothing' },
  { value: 'Bearer', because: 'there is no token' },
  { value: 'bearer', because: 'there is no token' },
  { value: 'Bearer ', because: 'there is no token' },
  { value: 'Bearer \t ', because: 'there is no token' },
  { value: 'Basic am9objpzZWNyZXQ=', because: 'it is another scheme' },
  { value: 'DPoP T', because: 'it is another scheme' },
  { value: 'Token T', because: 'it is another scheme' },
  { value: 'BearerT', because: 'the scheme does not end' },
  { value: 'Bearer\tT', because: 'a tab ends no scheme' },
  { value: 'Bearer\xA0T', because: 'a no-break space ends no scheme' },
  { value: 'Bearer=T', because: 'it is another scheme' },
  { value: 'Bearer: T', because: 'it is another scheme' },
  { value: 'Bearer, T', because: 'it is another scheme' },
  { value: 'XBearer T', because: 'it is another scheme' },
  { value: 'x Bearer T', because: 'something stands before it' },
  { value: ', Bearer T', because: 'something stands before it' },
  { value: '"Bearer" T', because: 'a scheme is not quoted' },
  { value: '\xA0Bearer T', because: 'a no-break space belongs to the value' },
  { value: 'T', because: 'the scheme is missing' },
];

const MALFORMED = [
  { value: 'Bearer T extra', because: 'one token only' },
  { value: 'Bearer T T', because: 'one token only' },
  { value: 'Bearer Bearer T', because: 'one token only' },
  { value: 'Bearer T,', because: 'the field is not a list' },
  { value: 'Bearer T, Bearer T', because: 'the field is not a list' },
  { value: 'Bearer T, Basic am9objpzZWNyZXQ=', because: 'the field is not a list' },
  { value: 'Bearer T;', because: 'a token has no semicolon' },
  { value: 'Bearer "T"', because: 'a token is not quoted' },
  { value: "Bearer 'T'", because: 'a token is not quoted' },
  { value: 'Bearer <T>', because: 'a token has no brackets' },
  { value: 'Bearer token=T', because: 'an equals sign stands at the end only' },
  { value: 'Bearer =T', because: 'an equals sign stands at the end only' },
  { value: 'Bearer ===', because: 'there is nothing before the padding' },
  { value: 'Bearer T\xA0', because: 'a no-break space belongs to the value' },
  { value: 'Bearer \xA0T', because: 'a no-break space belongs to the value' },
  { value: 'Bearer T\x85', because: 'a next-line character belongs to the value' },
  { value: 'Bearer T\xE9', because: 'a token is ASCII' },
  { value: 'Bearer %54', because: 'a token has no escapes' },
  { value: 'Bearer *', because: 'a token has no asterisk' },
];

const TWICE = [
  { first: 'Bearer T', second: 'Bearer T', because: 'twice is twice, also the same' },
  { first: 'Bearer T', second: 'Bearer bad', because: 'a proxy may have read the last' },
  { first: 'Bearer bad', second: 'Bearer T', because: 'a proxy may have read the last' },
  { first: 'Basic am9objpzZWNyZXQ=', second: 'Bearer T', because: 'a proxy may have read the other' },
  { first: 'Bearer T', second: 'Basic am9objpzZWNyZXQ=', because: 'a proxy may have read the other' },
  { first: '', second: 'Bearer T', because: 'an empty line is a line' },
  { first: 'Bearer T', second: '', because: 'an empty line is a line' },
];

describe.each(ADAPTERS)('the Authorization field on %s', (adapter) => {
  let app: RunningApp;
  let token: string;
  beforeAll(async () => {
    app = await start(HeaderApp, adapter);
    token = await tokenWith('me');
  });
  afterAll(() => app.close());

  const send = (path: string, ...lines: readonly (readonly [string, string])[]) =>
    app.send({ path, headers: lines.map(([name, value]): [string, string] => [name, value.replaceAll(/\bT\b/g, () => token)]) });

  it.each(ACCEPTED)('HDR-02: accepts "$value", because $because', async ({ value }) => {
    expect((await send('/required', ['Authorization', value])).status).toBe(200);
  });

  it.each(MISSING)('HDR-02: answers 401 without an error code to "$value", because $because', async ({ value }) => {
    const { status, challenges, json } = await send('/required', ['Authorization', value]);
    expect({ status, challenges, json }).toEqual({
      status: 401,
      challenges: ['Bearer realm="api", scope="me"'],
      json: { statusCode: 401, message: 'Not authenticated', error: 'Unauthorized' },
    });
  });

  it.each(MALFORMED)('HDR-02: answers 401 invalid_token to "$value", because $because', async ({ value }) => {
    const { status, challenges, json } = await send('/required', ['Authorization', value]);
    expect({ status, challenges, json }).toEqual({
      status: 401,
      challenges: ['Bearer realm="api", error="invalid_token", scope="me"'],
      json: { statusCode: 401, message: 'Could not validate credentials', error: 'Unauthorized' },
    });
  });

  it.each(MALFORMED)('HDR-02: a caller who sent "$value" is not anonymous where credentials may be absent, because $because', async ({ value }) => {
    const { status, challenges } = await send('/optional', ['Authorization', value]);
    expect({ status, challenges }).toEqual({ status: 401, challenges: ['Bearer realm="api", error="invalid_token"'] });
  });

  describe.each(TWICE)('HDR-01: "$first" and "$second" are answered 400 invalid_request, because $because', ({ first, second }) => {
    it.each([
      { names: ['Authorization', 'Authorization'], path: '/required', scope: ', scope="me"' },
      { names: ['authorization', 'AUTHORIZATION'], path: '/required', scope: ', scope="me"' },
      { names: ['Authorization', 'authorization'], path: '/optional', scope: '' },
    ])('as $names at $path', async ({ names: [one = '', other = ''], path, scope }) => {
      const { status, challenges, json } = await send(path, [one, first], ['X-Between', 'x'], [other, second]);
      expect({ status, challenges, json }).toEqual({
        status: 400,
        challenges: [`Bearer realm="api", error="invalid_request"${scope}`],
        json: { statusCode: 400, message: 'Credentials were sent more than once', error: 'Bad Request' },
      });
    });
  });

  it.each([['Proxy-Authorization'], ['X-Authorization'], ['Authorization-Info']])('HDR-01: %s beside Authorization is another field, so the token counts', async (name) => {
    expect((await send('/required', [name, 'Bearer T'], ['Authorization', 'Bearer T'])).status).toBe(200);
  });

  it('HDR-06: answers 401 without an error code, and never 403, when no credentials were sent', async () => {
    const { status, challenges } = await send('/required');
    expect({ status, challenges }).toEqual({ status: 401, challenges: ['Bearer realm="api", scope="me"'] });
  });

  it('HDR-06: answers 401 with invalid_token when the token is bad', async () => {
    const { status, challenges } = await app.get('/required', 'bad');
    expect({ status, challenges }).toEqual({ status: 401, challenges: ['Bearer realm="api", error="invalid_token", scope="me"'] });
  });

  it('HDR-06: answers 403 with insufficient_scope and the required scope when the token does not grant it', async () => {
    const { status, challenges, json } = await app.get('/required', await tokenWith('items'));
    expect({ status, challenges, json }).toEqual({
      status: 403,
      challenges: ['Bearer realm="api", error="insufficient_scope", scope="me"'],
      json: { statusCode: 403, message: 'Not enough permissions', error: 'Forbidden' },
    });
  });
});
