import { createHash } from 'node:crypto';
import { DIGEST_BYTES, KNOWN_SECRET_DIGESTS } from './known-secret-digests.js';

/** Whether a secret is publicly known: what stands in documentation, examples and leaks, as it stands there or decoded. */
export function isKnownSecret(secret: Buffer): boolean {
  const spellings = [secret.toString().trim(), ...(['base64', 'base64url', 'hex'] as const).map((encoding) => secret.toString(encoding))];
  return spellings.some(isListed);
}

function isListed(text: string): boolean {
  const digest = createHash('sha256').update(text).digest().subarray(0, DIGEST_BYTES);
  const known = Buffer.from(KNOWN_SECRET_DIGESTS, 'base64');
  for (let start = 0; start < known.length; start += DIGEST_BYTES) {
    if (known.compare(digest, 0, DIGEST_BYTES, start, start + DIGEST_BYTES) === 0) return true;
  }
  return false;
}
