import { multipart, MULTIPART, postChunked, startFormApp, URLENCODED, urlencoded } from '../support/form-app.js';
import { ADAPTERS } from '../support/running-app.js';
import type { RunningApp } from '../support/running-app.js';

describe.each(ADAPTERS)('forms in chunks on %s', (adapter) => {
  describe.each([{ rawBody: false }, { rawBody: true }])('with $rawBody for rawBody', (options) => {
    let app: RunningApp;
    beforeAll(async () => {
      app = await startFormApp(adapter, options);
    });
    afterAll(() => app.close());

    describe.each([{ type: URLENCODED, encode: urlencoded }, { type: MULTIPART, encode: multipart }])('as $type', ({ type, encode }) => {
      it('TOK-01: reads a small one', async () => {
        expect(await postChunked(app, encode([['username', 'johndoe'], ['password', 'secret']]), type)).toBe(200);
      });

      it.each([70_000, 900_000])('TOK-01: answers 413 to a password of %d bytes, as if its length had been said', async (length) => {
        expect(await postChunked(app, encode([['username', 'johndoe'], ['password', 'p'.repeat(length)]]), type)).toBe(413);
      });
    });
  });
});
