import { Controller, HttpCode, Module, Post } from '@nestjs/common';
import { AuthModule, createSecureDocument, Form, OAuth2PasswordRequestFormStrict, Public } from 'nestjs-scopes';
import { DocumentBuilder } from '@nestjs/swagger';
import { multipart, MULTIPART, post, URLENCODED, urlencoded } from '../support/form-app.js';
import { ADAPTERS, start } from '../support/running-app.js';
import type { RunningApp } from '../support/running-app.js';
import { testScheme, TestStrategy } from '../support/tokens.js';

@Controller()
class StrictController {
  @Post('token')
  @Public()
  @HttpCode(200)
  login(@Form(OAuth2PasswordRequestFormStrict) form: OAuth2PasswordRequestFormStrict): OAuth2PasswordRequestFormStrict {
    return form;
  }

  @Post('other')
  @Public()
  @HttpCode(200)
  other(): string {
    return 'read';
  }
}

@Module({ imports: [AuthModule.forRoot({ schemes: [{ scheme: testScheme(), strategy: TestStrategy }] })], controllers: [StrictController] })
class StrictApp {}

const LOGIN = [['username', 'johndoe'], ['password', 'secret']] as const;

describe.each(ADAPTERS)('OAuth2PasswordRequestFormStrict on %s', (adapter) => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await start(StrictApp, adapter);
  });
  afterAll(() => app.close());

  describe.each([{ type: URLENCODED, encode: urlencoded }, { type: MULTIPART, encode: multipart }])('as $type', ({ type, encode }) => {
    it('RFC 6749 §4.3.2: reads a login with grant_type=password', async () => {
      const { status, json } = await post(app, encode([['grant_type', 'password'], ...LOGIN]), type);
      expect({ status, json }).toEqual({
        status: 200,
        json: { grantType: 'password', username: 'johndoe', password: 'secret', scopes: [], clientId: null, clientSecret: null },
      });
    });

    it.each([
      { what: 'no grant_type', fields: LOGIN },
      { what: 'an empty grant_type', fields: [['grant_type', ''], ...LOGIN] as const },
      { what: 'another grant_type', fields: [['grant_type', 'client_credentials'], ...LOGIN] as const },
      { what: 'no password', fields: [['grant_type', 'password'], ['username', 'johndoe']] as const },
    ])('RFC 6749 §4.3.2: answers 400 invalid_request to $what', async ({ fields }) => {
      const { status, json, headers } = await post(app, encode(fields), type);
      expect({ status, error: json.error }).toEqual({ status: 400, error: 'invalid_request' });
      expect(headers['cache-control']).toBe('no-store');
    });
  });

  it('documents that grant_type is required', () => {
    const { paths } = createSecureDocument(app.app, new DocumentBuilder().build());
    expect(paths['/token']?.post?.requestBody).toMatchObject({
      content: { [URLENCODED]: { schema: { required: ['grant_type', 'username', 'password'], properties: { grant_type: { enum: ['password'] } } } } },
    });
  });

  it.each([MULTIPART, 'application/xml'])('leaves routes without a form as they are: %s', async (type) => {
    const { status } = await app.send({ method: 'POST', path: '/other', body: 'x', headers: [['Content-Type', type]] });
    expect(status).toBe(adapter === 'fastify' ? 415 : 200);
  });
});
