import { Body, Controller, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createHash } from 'node:crypto';
import { connect } from 'node:http2';
import { AuthModule, DigestStrategy, HTTPDigest, Security } from 'nestjs-scopes';

const digest = new HTTPDigest();

class BodyDigest extends DigestStrategy {
  constructor() {
    super({ realm: 'r', qop: ['auth-int'] });
  }
  validate(username: string) {
    return { user: { username }, ha1: DigestStrategy.ha1(username, 'r', 'secret') };
  }
}

@Controller()
class BodyController {
  @Post('body') @Security(digest) write(@Body() body: unknown) { return { body }; }
}
@Module({ imports: [AuthModule.forRoot({ schemes: [{ scheme: digest, strategy: BodyDigest }] })], controllers: [BodyController] })
class BodyApp {}

const h = (...parts: readonly string[]): string => createHash('sha256').update(parts.join(':')).digest('hex');

it('DIG-04: auth-int over HTTP/2 refuses a body that came without a length, and that nobody hashed', async () => {
  const app = await NestFactory.create<NestFastifyApplication>(BodyApp, new FastifyAdapter({ http2: true }), { logger: false, abortOnError: false });
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as unknown as { port: number };
  const client = connect(`http://127.0.0.1:${String(port)}`);
  const post = (authorization: string, body: string | null): Promise<{ status: number; challenge: string }> =>
    new Promise((resolve, reject) => {
      const stream = client.request({ ':method': 'POST', ':path': '/body', authorization, ...(body !== null && { 'content-type': 'text/plain' }) }, { endStream: body === null });
      stream.on('response', (headers) => {
        resolve({ status: Number(headers[':status']), challenge: String(headers['www-authenticate']) });
      });
      stream.on('error', reject);
      stream.resume();
      if (body !== null) stream.end(body);
    });
  const credentials = async (): Promise<string> => {
    const { challenge } = await post('', null);
    const [, nonce = '', opaque = ''] = /nonce="([^"]+)", opaque="([^"]+)"/.exec(challenge) ?? [];
    const response = h(h('bob', 'r', 'secret'), nonce, '00000001', 'c', 'auth-int', h('POST', '/body', h('')));
    return `Digest username="bob", realm="r", uri="/body", algorithm=SHA-256, nonce="${nonce}", opaque="${opaque}", qop=auth-int, nc=00000001, cnonce="c", response="${response}"`;
  };
  expect((await post(await credentials(), 'TAMPERED')).status).toBe(401);
  expect((await post(await credentials(), null)).status).toBe(201);
  client.close();
  await app.close();
});
