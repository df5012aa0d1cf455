import { readFileSync } from 'node:fs';
import type { TestRequest, TestResponse } from './running-app.js';

/** One request to the recorded application, and what it answered. */
export interface RecordedVector {
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly headers: readonly (readonly [name: string, value: string])[];
    /** Bytes in latin-1. */
    readonly body?: string;
  };
  readonly response: { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly json: unknown };
}

export interface RecordedUser {
  readonly username: string;
  readonly full_name: string;
  readonly email: string;
  readonly disabled: boolean;
  readonly password: string;
}

type SecurityRequirements = readonly Readonly<Record<string, readonly string[]>>[];

/** A FastAPI application with requests and answers, as `tutorial-vectors.json` holds it. */
export interface RecordedApplication {
  readonly app: {
    readonly data: {
      readonly secret: string;
      readonly exp: number;
      readonly users: Readonly<Record<string, RecordedUser>>;
      readonly tokens: Readonly<Record<string, string>>;
    };
    readonly schemes: { readonly oauth2_scheme: { readonly args: { readonly tokenUrl: string; readonly scopes: Readonly<Record<string, string>> } } };
  };
  readonly openapi: {
    readonly components: { readonly securitySchemes: unknown };
    /** By `METHOD /path`; `null` where the key is absent. */
    readonly operations: Readonly<Record<string, { readonly security: SecurityRequirements | null }>>;
  };
  readonly vectors: readonly RecordedVector[];
}

export function recordedApplication(file: URL): RecordedApplication {
  return JSON.parse(readFileSync(file, 'utf8')) as RecordedApplication;
}

/** What a vector sends, for the name of its test; tokens are shown by their name. */
export function sentBy({ request }: RecordedVector, tokens: Readonly<Record<string, string>>): string {
  const { method, path, headers, body } = request;
  const nameOf = new Map(Object.entries(tokens).map(([name, token]) => [token, `<${name}>`]));
  const fields = headers.map(([name, value]) => `${name}: ${JSON.stringify(value.split(' ').map((word) => nameOf.get(word) ?? word).join(' '))}`);
  const sent = fields.length === 0 ? 'no header' : fields.join(', ');
  return `${method} ${path} with ${sent}${body === undefined ? '' : ` and ${body}`}`;
}

/** A vector's request for `send()`. */
export function requestOf({ request }: RecordedVector): TestRequest {
  const { method, path, headers, body } = request;
  return { method, path, headers, ...(body !== undefined && { body: Buffer.from(body, 'latin1') }) };
}

/** The claims of a token in a body, which is compared by what it says and not by its bytes; other bodies as they are. */
export function withClaims(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || !('access_token' in body)) return body;
  const payload = String(body.access_token).split('.')[1] ?? '';
  return { ...body, access_token: JSON.parse(Buffer.from(payload, 'base64url').toString()) as unknown };
}

/** The authentication schemes of an answer's challenges, in lower case. */
export function challengeSchemes({ challenges }: Pick<TestResponse, 'challenges'>): readonly string[] {
  return challenges.map((line) => (line.split(' ', 1)[0] ?? '').toLowerCase());
}

/** The scopes that a challenge names. */
export function challengeScopes(challenge: string | undefined): ReadonlySet<string> {
  const scope = /\bscope="([^"]*)"/.exec(challenge ?? '')?.[1] ?? '';
  return new Set(scope.split(' ').filter((name) => name !== ''));
}
