import { SignJWT } from 'jose';
import { createPrivateKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createApp } from '../../apps/demo/src/create-app.js';
import { listening } from './running-app.js';
import type { Adapter, RunningApp, TestRequest, TestResponse } from './running-app.js';

/** The demo, listening, with a login. */
export interface RunningDemo extends RunningApp {
  /** Sends a login form, urlencoded. */
  login(fields: Readonly<Record<string, string>>): Promise<TestResponse>;
  /** The token that johndoe gets when he asks for these scopes. */
  token(scope: string): Promise<string>;
}

export const JOHNDOE = { username: 'johndoe', password: 'secret' } as const;
export const ALICE = { username: 'alice', password: 'secretalice' } as const;

/** Starts the demo as its `main.ts` does. */
export async function startDemo(adapter: Adapter, dataFolder: string): Promise<RunningDemo> {
  const running = await listening(await createApp(adapter, dataFolder));
  const login = (fields: Readonly<Record<string, string>>): Promise<TestResponse> => running.send(urlencoded(fields));
  return { ...running, login, token: async (scope) => String((await login({ ...JOHNDOE, scope })).json.access_token) };
}

/** A login as most clients send it. */
export function urlencoded(fields: Readonly<Record<string, string>>): TestRequest {
  return tokenRequest('application/x-www-form-urlencoded', new URLSearchParams(fields).toString());
}

/** A login as a browser's `FormData` sends it. */
export async function multipart(fields: Readonly<Record<string, string>>): Promise<TestRequest> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  const encoded = new Response(form);
  return tokenRequest(encoded.headers.get('content-type') ?? '', Buffer.from(await encoded.arrayBuffer()));
}

export function tokenRequest(contentType: string, body: string | Buffer): TestRequest {
  return { method: 'POST', path: '/token', headers: [['Content-Type', contentType]], body };
}

/** The key that a demo with this data folder signs with. */
export function keyIn(dataFolder: string): KeyObject {
  return createPrivateKey(readFileSync(join(dataFolder, 'signing-key.pem')));
}

/** A token as the demo issues them, for johndoe and all scopes; `claims` and `header` change what it says. */
export function demoToken(key: KeyObject, claims: Record<string, unknown> = {}, header: Record<string, unknown> = {}): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const all = {
    iss: 'https://demo.nestjs-scopes.example',
    aud: 'nestjs-scopes-demo',
    sub: 'johndoe',
    client_id: 'demo',
    scope: 'me items',
    iat: now,
    exp: now + 600,
    jti: 'id-1',
    ...claims,
  };
  return new SignJWT(all).setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', ...header }).sign(key);
}
