import type { DigestApp } from './digest-app.js';
import type { DigestCall, DigestChallenge, DigestFields } from './digest-client.js';
import type { TestRequest, TestResponse } from './running-app.js';

/** What a client does otherwise than a good one: the response is right for what it does, but for `written`. */
export interface Deviation {
  readonly what: string;
  readonly because: string;
  /** What it was offered, as it understands it. */
  readonly offer?: Partial<DigestChallenge>;
  /** What it computes with. */
  readonly call?: Partial<DigestCall>;
  /** What it writes instead of what it computed with. */
  readonly written?: DigestFields | ((call: DigestCall) => DigestFields);
  /** What it sends its credentials with. */
  readonly request?: Partial<TestRequest>;
}

/** The answer to such a client, which asks for `/api/me`. */
export async function deviated(app: DigestApp, { offer = {}, call = {}, written = {}, request = {} }: Deviation): Promise<TestResponse> {
  const usual = await app.call(call);
  const made = { ...usual, challenge: { ...usual.challenge, ...offer } };
  return app.answer(made, typeof written === 'function' ? written(made) : written, { path: '/api/me', ...request });
}
