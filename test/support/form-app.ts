import { Controller, HttpCode, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AuthModule, Form, OAuth2PasswordRequestForm, Public } from 'nestjs-scopes';
import { request } from 'node:http';
import { httpAdapter, listening } from './running-app.js';
import type { Adapter, RunningApp, TestResponse } from './running-app.js';
import { testScheme, TestStrategy } from './tokens.js';

export const URLENCODED = 'application/x-www-form-urlencoded';
const BOUNDARY = 'boundary-of-the-test';
export const MULTIPART = `multipart/form-data; boundary=${BOUNDARY}`;

@Controller('token')
class EchoController {
  @Post()
  @Public()
  @HttpCode(200)
  login(@Form(OAuth2PasswordRequestForm) form: OAuth2PasswordRequestForm): OAuth2PasswordRequestForm {
    return form;
  }
}

@Module({ imports: [AuthModule.forRoot({ schemes: [{ scheme: testScheme(), strategy: TestStrategy }] })], controllers: [EchoController] })
class FormApp {}

/** An application that answers a form with what it has read. */
export async function startFormApp(adapter: Adapter, options: { rawBody: boolean }): Promise<RunningApp> {
  return listening(await NestFactory.create(FormApp, httpAdapter(adapter), { logger: false, abortOnError: false, ...options }));
}

/** Sends a body to the form; without a type there is no `Content-Type`. */
export function post(app: RunningApp, body: string | Buffer, type: string | null = URLENCODED): Promise<TestResponse> {
  return app.send({ method: 'POST', path: '/token', body, headers: type === null ? [] : [['Content-Type', type]] });
}

type Fields = readonly (readonly [name: string, value: string])[];

/** Fields as `application/x-www-form-urlencoded`. @see RFC 6749 Appendix B */
export function urlencoded(fields: Fields): string {
  return new URLSearchParams(fields.map(([name, value]): [string, string] => [name, value])).toString();
}

/** Fields as `multipart/form-data`. @see RFC 7578 */
export function multipart(fields: Fields): string {
  return `${fields.map(([name, value]) => part(`name="${name}"`, value)).join('')}--${BOUNDARY}--\r\n`;
}

/** One part of a multipart body, with more field lines if need be. */
export function part(disposition: string, value: string, ...lines: readonly string[]): string {
  return [`--${BOUNDARY}`, `Content-Disposition: form-data; ${disposition}`, ...lines, '', value, ''].join('\r\n');
}

/** Sends a body in chunks, so that nobody knows its length before its end. @see RFC 9112 §7.1 */
export function postChunked(app: RunningApp, body: string, type: string): Promise<number> {
  const headers = { 'Content-Type': type, 'Transfer-Encoding': 'chunked', Connection: 'close' };
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: app.port, method: 'POST', path: '/token', headers }, (response) => {
      response.resume();
      response.on('end', () => {
        resolve(response.statusCode ?? 0);
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
