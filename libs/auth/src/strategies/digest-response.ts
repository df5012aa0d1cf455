import { DIGEST_ALGORITHMS, digestHash } from './digest-algorithm.js';
import type { DigestAlgorithm } from './digest-algorithm.js';

/** What a response is computed from; texts as they were sent. */
export interface DigestInput {
  readonly algorithm: DigestAlgorithm;
  readonly method: string;
  readonly uri: string;
  readonly nonce: string;
  readonly cnonce: string;
  /** Eight hexadecimal digits. */
  readonly nc: string;
  readonly qop: 'auth' | 'auth-int';
  /** The hash covers it with `auth-int`. */
  readonly body: Uint8Array;
}

/**
 * The response that a client which knows the secret must send, in lower-case hexadecimal digits.
 *
 * @param ha1 - H(username:realm:password), in lower-case hexadecimal digits
 * @see RFC 7616 §3.4.1, §3.4.2, §3.4.3
 */
export function digestResponse(ha1: string, input: DigestInput): string {
  const { hash, isSession } = DIGEST_ALGORITHMS[input.algorithm];
  const { method, uri, nonce, cnonce, nc, qop, body } = input;
  // The texts are bytes in latin-1, as headers are.
  const h = (...parts: readonly string[]): string => digestHash(hash, Buffer.from(parts.join(':'), 'latin1'));
  const a1 = isSession ? h(ha1, nonce, cnonce) : ha1;
  const a2 = qop === 'auth-int' ? h(method, uri, digestHash(hash, body)) : h(method, uri);
  return h(a1, nonce, nc, cnonce, qop, a2);
}
