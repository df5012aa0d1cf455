import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { DIGEST_BYTES, KNOWN_SECRET_DIGESTS } from './known-secret-digests.js';
import { isKnownSecret } from './known-secrets.js';
import { describeCorpora } from '../../../../test/support/corpora.js';

const DIGESTS_FILE = new URL('./known-secret-digests.ts', import.meta.url);

/** The start of each secret's SHA-256, in order, in base64. */
function digestsOf(secrets: readonly string[]): string {
  const digests = secrets.map((secret) => createHash('sha256').update(secret).digest().subarray(0, DIGEST_BYTES));
  return Buffer.concat(digests.sort((one, other) => one.compare(other))).toString('base64');
}

describeCorpora('publicly known secrets (wallarm/jwt-secrets)', (read) => {
  const lines = (read('jwt-secrets/known-secrets-32-bytes-and-longer.txt') as string).split(/\r?\n/);
  // Shorter ones are refused for their length.
  const secrets = [...new Set(lines.map((line) => line.trim()))].filter((secret) => Buffer.byteLength(secret) >= 32);

  it('JWT-03: are all in the list of the library; UPDATE_KNOWN_SECRETS=1 writes it anew', () => {
    if (process.env['UPDATE_KNOWN_SECRETS'] !== undefined) {
      const source = readFileSync(DIGESTS_FILE, 'utf8');
      writeFileSync(DIGESTS_FILE, source.replace(/`[^`]*`;\n$/, `\`\n${digestsOf(secrets).replace(/.{150}/g, '$&\n').trim()}\n\`;\n`));
      return;
    }
    expect(KNOWN_SECRET_DIGESTS.replaceAll('\n', '')).toBe(digestsOf(secrets));
  });

  it('JWT-03: are found as text, with a line end, and decoded', () => {
    expect(secrets.length).toBeGreaterThan(1800);
    expect(secrets.filter((secret) => !isKnownSecret(Buffer.from(secret)))).toEqual([]);
    expect(secrets.filter((secret) => !isKnownSecret(Buffer.from(`${secret}\n`)))).toEqual([]);
    for (const encoding of ['base64', 'base64url', 'hex'] as const) {
      const encoded = secrets.filter((secret) => Buffer.from(secret, encoding).toString(encoding) === secret);
      expect(encoded.length).toBeGreaterThan(0);
      expect(encoded.filter((secret) => !isKnownSecret(Buffer.from(secret, encoding)))).toEqual([]);
    }
  });
});

describe('isKnownSecret', () => {
  it('knows no random secret', () => {
    for (let count = 0; count < 50; count += 1) expect(isKnownSecret(randomBytes(32))).toBe(false);
  });
});
