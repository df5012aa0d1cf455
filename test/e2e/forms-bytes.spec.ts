import { Controller, HttpCode, Module, Post } from '@nestjs/common';
import { AuthModule, Form, OAuth2PasswordRequestForm, Public } from 'nestjs-scopes';
import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { multipart, MULTIPART, part, post, startFormApp, URLENCODED } from '../support/form-app.js';
import { ADAPTERS, start } from '../support/running-app.js';
import { testScheme, TestStrategy } from '../support/tokens.js';

/** A decorator of somebody's own, which puts a function of its own in the place of the method. */
function Wrapped(): MethodDecorator {
  return (_target, _key, descriptor: PropertyDescriptor) => {
    const method = descriptor.value as (...args: unknown[]) => unknown;
    descriptor.value = function (this: unknown, ...args: unknown[]) {
      return method.apply(this, args);
    };
  };
}

@Controller()
class WrappedController {
  @Post('token')
  @Public()
  @HttpCode(200)
  @Wrapped()
  login(@Form(OAuth2PasswordRequestForm) form: OAuth2PasswordRequestForm): OAuth2PasswordRequestForm {
    return form;
  }
}

@Module({ imports: [AuthModule.forRoot({ schemes: [{ scheme: testScheme(), strategy: TestStrategy }] })], controllers: [WrappedController] })
class WrappedApp {}

const LOGIN = [['username', 'johndoe'], ['password', 'secret']] as const;

describe.each(ADAPTERS)('The bytes of a form on %s', (adapter) => {
  it('TOK-01: are put together from single bytes', async () => {
    const app = await startFormApp(adapter, { rawBody: false });
    const body = `username=johndoe&password=${'p'.repeat(5000)}`;
    const status = await new Promise((resolve, reject) => {
      const headers = { 'Content-Type': URLENCODED, 'Transfer-Encoding': 'chunked', Connection: 'close' };
      const sent = request({ host: '127.0.0.1', port: app.port, method: 'POST', path: '/token', headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      sent.on('error', reject);
      for (const byte of body) sent.write(byte);
      sent.end();
    });
    expect(status).toBe(200);
    await app.close();
  });

  it('TOK-01: are not unpacked: a content coding is refused', async () => {
    const app = await startFormApp(adapter, { rawBody: false });
    const { status } = await app.send({ method: 'POST', path: '/token', body: gzipSync('username=a&password=b'), headers: [['Content-Type', URLENCODED], ['Content-Encoding', 'gzip']] });
    expect(status).toBe(400);
    await app.close();
  });

  it('are read under a decorator that replaces the method', async () => {
    const app = await start(WrappedApp, adapter);
    expect((await post(app, multipart(LOGIN), MULTIPART)).json).toMatchObject({ username: 'johndoe', password: 'secret' });
    expect((await post(app, 'username=johndoe&password=%E9')).status).toBe(400);
    await app.close();
  });

  it('are read in UTF-8 where a part says so', async () => {
    const app = await startFormApp(adapter, { rawBody: false });
    const body = `${part('name="username"', 'Zoë', 'Content-Type: text/plain; charset=UTF-8')}${multipart([['password', 'secret']])}`;
    expect((await post(app, body, MULTIPART)).json).toMatchObject({ username: 'Zoë' });
    await app.close();
  });
});

describe('Forms beside what an application does with Fastify', () => {
  it("leave the application's own parser for all other types alone", async () => {
    const app = await start(WrappedApp, 'fastify', (made) => {
      const fastify = made.getHttpAdapter().getInstance() as { addContentTypeParser: (type: string, options: object, parser: (request: unknown, body: string) => Promise<object>) => void };
      fastify.addContentTypeParser('*', { parseAs: 'string' }, (_request, body) => Promise.resolve({ parsed: body }));
    });
    const { status } = await app.send({ method: 'POST', path: '/token', body: 'x', headers: [['Content-Type', 'image/png']] });
    expect(status).toBe(400);
    await app.close();
  });
});
