import { isDeepStrictEqual } from 'node:util';
import { schemeOfChallenge } from './expected-answer.js';
import type { ExpectedAnswer } from './expected-answer.js';
import type { TestResponse } from '../support/running-app.js';

/** What of an answer is compared. */
export function answerOf({ status, headers, challenges, json }: TestResponse): ExpectedAnswer {
  const challenge = schemeOfChallenge(challenges[0]);
  const extra = headers['x-extra'];
  const body = (typeof json === 'object' && json !== null ? json : {}) as { message?: unknown; error?: unknown };
  return {
    status,
    challenge,
    ...(status < 300 ? { json: json as unknown } : { message: body.message }),
    ...(typeof extra === 'string' && { extra }),
  };
}

/** How an answer differs from what is expected, in words; empty where it does not. */
export function differences(expected: ExpectedAnswer, actual: TestResponse): readonly string[] {
  const compared = answerOf(actual);
  const schemes = actual.challenges.map(schemeOfChallenge);
  const found = [difference('status', expected.status, compared.status)];
  if (expected.json !== undefined) found.push(difference('body', withClaims(expected.json), withClaims(compared.json)));
  if (expected.message !== undefined) found.push(difference('message', expected.message, compared.message));
  // Several schemes of a route may all be named.
  const isNamed = expected.challenge === null ? schemes.length === 0 : expected.challenge === undefined || schemes.includes(expected.challenge);
  if (!isNamed) found.push(difference('challenge', expected.challenge, schemes));
  if (expected.challengeError !== undefined && !actual.challenges.some((line) => line.includes(`error="${String(expected.challengeError)}"`))) {
    found.push(difference('error of the challenge', expected.challengeError, actual.challenges));
  }
  const { error, error_description: description } = (actual.json ?? {}) as { error?: unknown; error_description?: unknown };
  if (expected.error !== undefined) found.push(difference('error', expected.error, typeof description === 'string' ? error : 'no OAuth2 error'));
  if (expected.cacheControl !== undefined) found.push(difference('Cache-Control', expected.cacheControl, actual.headers['cache-control']));
  found.push(difference('X-Extra', expected.extra, compared.extra));
  return found.flatMap((each) => each ?? []);
}

/** A signed token has the same claims here, and another signature. */
function withClaims(json: unknown): unknown {
  if (typeof json !== 'object' || json === null || !('access_token' in json)) return json;
  const payload = String(json.access_token).split('.')[1];
  return payload === undefined ? json : { ...json, access_token: JSON.parse(Buffer.from(payload, 'base64url').toString()) as unknown };
}

/** `null`: none. */
export function difference(what: string, expected: unknown, actual: unknown): string | null {
  return isDeepStrictEqual(expected, actual) ? null : `${what}: expected ${shortened(expected)}, actual ${shortened(actual)}`;
}

/** A value as text; some of the recorded ones are very long. */
export function shortened(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 200 ? `${text.slice(0, 150)}… (${String(text.length)} characters)` : text;
}
