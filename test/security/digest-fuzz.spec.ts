import fc from 'fast-check';
import { expectUser, startDigest } from '../support/digest-app.js';
import type { DigestApp } from '../support/digest-app.js';
import { authorizationWith, digestFields } from '../support/digest-client.js';
import { nearly } from '../support/hostile-authorization.js';
import { getRaw } from '../support/raw-http.js';
import { ADAPTERS } from '../support/running-app.js';

/** Also in the name of each test: set it to see the same headers again. */
const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 2 ** 31);
const RUNS = 1500;

const NAMES = ['username', 'username*', 'userhash', 'realm', 'nonce', 'uri', 'algorithm', 'response', 'qop', 'nc', 'cnonce', 'opaque', 'charset', '__proto__'];
const VALUES = ['""', 'x', 'true', 'auth', '"auth-int"', 'MD5', 'MD5-sess', 'SHA-256', '00000001', '00000000', 'ffffffff', '"/api/me"', "UTF-8''%00", "UTF-8''%zz", `"${'0'.repeat(64)}"`, '"[object Object]"', '"\\"\\\\"', '"\xE9"'];
const text = fc.string({ unit: fc.integer({ min: 0x20, max: 0xff }).filter((code) => code !== 0x7f).map((code) => String.fromCharCode(code)), maxLength: 40 });
const value = fc.oneof(fc.constantFrom(...VALUES), text, text.map((inner) => `"${inner.replace(/["\\]/g, '\\$&')}"`));

/** Some parameters of good credentials with other values, or without any. */
const otherFields = fc.uniqueArray(fc.tuple(fc.constantFrom(...NAMES), fc.option(value, { nil: undefined })), { minLength: 1, maxLength: 6, selector: ([name]) => name });

describe.each(ADAPTERS)(`malformed Digest credentials on %s (FUZZ_SEED=${String(seed)})`, (adapter) => {
  let app: DigestApp;
  beforeAll(async () => {
    app = await startDigest(adapter, { algorithms: ['SHA-256', 'SHA-256-sess', 'MD5', 'MD5-sess'], qop: ['auth', 'auth-int'], userhash: true });
  });
  afterAll(() => app.close());

  it(`DIG-08: ${String(RUNS)} changes of used credentials get 400 or 401, and no 5xx`, async () => {
    const used = await app.call();
    expectUser(await app.answer(used), 'Mufasa');
    const property = fc.asyncProperty(nearly([authorizationWith(digestFields(used))]), async (authorization) => {
      expect([400, 401]).toContain((await getRaw(app.port, '/api/me', [`Authorization: ${authorization}`])).status);
    });
    await fc.assert(property, { numRuns: RUNS, seed });
  }, 120_000);

  it(`DIG-08: ${String(RUNS)} other values of single parameters get 400 or 401, and no 5xx`, async () => {
    const used = await app.call();
    expectUser(await app.answer(used), 'Mufasa');
    const property = fc.asyncProperty(otherFields, async (changes) => {
      const authorization = authorizationWith({ ...digestFields(used), ...Object.fromEntries(changes) });
      expect([400, 401]).toContain((await getRaw(app.port, '/api/me', [`Authorization: ${authorization}`])).status);
    });
    await fc.assert(property, { numRuns: RUNS, seed });
  }, 120_000);
});
