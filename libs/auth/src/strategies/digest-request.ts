import { requestTarget } from '../schemes/query.js';
import type { SchemeRequest } from '../schemes/scheme.js';
import { hasControlCharacter, utf8 } from '../schemes/utf8.js';
import { DIGEST_ALGORITHMS, HASH_LENGTHS } from './digest-algorithm.js';
import type { DigestHash } from './digest-algorithm.js';
import type { DigestPolicy } from './digest-options.js';
import type { DigestParameters } from './digest-parameters.js';
import type { DigestInput } from './digest-response.js';

/** A request that carries the bytes of its body, where Nest was told to keep them. */
export type BodyRequest = SchemeRequest & {
  readonly rawBody?: unknown;
  readonly stream?: Http2Stream;
  readonly raw?: { readonly stream?: Http2Stream };
};

/** Of HTTP/2, which needs no header field to announce a body. */
interface Http2Stream {
  readonly endAfterHeaders?: boolean;
}

/** Credentials whose form is right, and which belong to this request and this server; nothing is verified yet. */
export interface DigestRequest {
  /** The user's name, or its hash. @see RFC 7616 §3.4.4 */
  readonly user: { readonly name: string } | { readonly userhash: string };
  readonly hash: DigestHash;
  readonly input: DigestInput;
  readonly response: string;
  /** The number of `nc`. */
  readonly count: number;
}

/**
 * Reads the parameters of a request; `null` where something is missing, malformed, not offered, or meant for another
 * request: the cheap checks, before anybody is looked up or anything of the secret is hashed.
 *
 * @see RFC 7616 §3.4
 */
export function digestRequest(parameters: DigestParameters, request: BodyRequest, policy: DigestPolicy, opaque: string): DigestRequest | null {
  const value = (name: string): string => parameters.get(name) ?? '';
  const algorithm = policy.algorithms.find((offered) => offered.toLowerCase() === (parameters.get('algorithm') ?? 'MD5').toLowerCase());
  const qop = value('qop');
  const user = userOf(parameters);
  const method = request.method ?? request.raw?.method;
  if (algorithm === undefined || user === null || method === undefined) return null;
  if (value('realm') !== policy.realm || value('opaque') !== opaque || value('uri') !== requestTarget(request)) return null;
  if (!isQop(qop) || !policy.qop.includes(qop) || value('cnonce') === '' || !/^[0-9a-f]{8}$/i.test(value('nc'))) return null;
  const { hash } = DIGEST_ALGORITHMS[algorithm];
  const response = value('response');
  const count = Number.parseInt(value('nc'), 16);
  const body = qop === 'auth-int' ? bodyOf(request) : new Uint8Array();
  if (count === 0 || body === null || response.length !== HASH_LENGTHS[hash] || !/^[0-9a-f]+$/.test(response)) return null;
  const input = { algorithm, method, uri: value('uri'), nonce: value('nonce'), cnonce: value('cnonce'), nc: value('nc'), qop, body };
  return { user, hash, input, response, count };
}

function isQop(value: string): value is DigestInput['qop'] {
  return value === 'auth' || value === 'auth-int';
}

/** The user's name from `username` or, beyond latin letters, `username*`; one of them, and no control characters. */
function userOf(parameters: DigestParameters): DigestRequest['user'] | null {
  const plain = parameters.get('username');
  const extended = parameters.get('username*');
  const isHashed = parameters.get('userhash')?.toLowerCase() === 'true';
  if ((plain === undefined) === (extended === undefined)) return null;
  if (isHashed) return plain !== undefined ? { userhash: plain } : null;
  const name = plain === undefined ? extendedValue(extended ?? '') : utf8(Buffer.from(plain, 'latin1'));
  return name === null || hasControlCharacter(name) ? null : { name };
}

/** @see RFC 8187 §3.2.1: ext-value */
function extendedValue(value: string): string | null {
  const encoded = /^utf-8'[A-Za-z0-9-]*'((?:[!#$&+\-.^_`|~0-9A-Za-z]|%[0-9A-Fa-f]{2})*)$/i.exec(value)?.[1];
  if (encoded === undefined) return null;
  try {
    return decodeURIComponent(encoded);
  } catch {
    // Not UTF-8: one of the expected outcomes.
    return null;
  }
}

/** The bytes of the body; `null` where there is one that nobody kept. */
function bodyOf({ headers, rawBody, stream, raw }: BodyRequest): Uint8Array | null {
  if (rawBody instanceof Uint8Array) return rawBody;
  const isAnnounced = headers['transfer-encoding'] !== undefined || !['0', undefined].includes(headers['content-length'] as string | undefined);
  const hasBody = headers[':method'] === undefined ? isAnnounced : (stream ?? raw?.stream)?.endAfterHeaders !== true;
  return hasBody ? null : new Uint8Array();
}
