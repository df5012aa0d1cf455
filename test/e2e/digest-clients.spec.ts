import { MemoryNonceStore } from 'nestjs-scopes';
import type { DigestNonceStore } from 'nestjs-scopes';
import type { Browser, Page } from 'playwright-core';
import { JASON, JUERGEN, MUFASA, QUOTER, startDigest } from '../support/digest-app.js';
import type { DigestApp, DigestAppOptions } from '../support/digest-app.js';
import { curl, describeWithCurl, describeWithPythonRequests, pythonRequests } from '../support/digest-programs.js';
import type { ProgramAnswer } from '../support/digest-programs.js';
import { ADAPTERS } from '../support/running-app.js';
import { describeWithChromium, launchChromium } from '../support/swagger-page.js';

const ok = (user: { readonly name: string }, more: object = {}): ProgramAnswer => ({ status: 200, json: { user: { name: user.name }, ...more } });
const REFUSED = { status: 401, json: { statusCode: 401, message: 'Could not validate credentials', error: 'Unauthorized' } };

/** Notes what it is asked for; to one of the questions, counted from 1, it answers that it has forgotten. */
class NotingStore implements DigestNonceStore {
  readonly uses: (readonly [nonce: string, count: number])[] = [];
  readonly #store = new MemoryNonceStore();

  constructor(private readonly forgotten = 0) {}

  use(nonce: string, count: number, expiresAt: number): boolean {
    this.uses.push([nonce, count]);
    return this.uses.length !== this.forgotten && this.#store.use(nonce, count, expiresAt);
  }
}

describe.each(ADAPTERS)('Digest on %s', (adapter) => {
  let app: DigestApp;
  const url = (path: string): string => `http://127.0.0.1:${app.port}/api${path}`;
  const begin = async (options: DigestAppOptions): Promise<void> => {
    app = await startDigest(adapter, options);
  };
  afterEach(() => app.close());

  describeWithCurl()('with curl', () => {
    const offers: readonly DigestAppOptions[] = [{}, { algorithms: ['MD5'] }, { algorithms: ['SHA-256', 'MD5'] }, { algorithms: ['SHA-256-sess'] }, { algorithms: ['MD5-sess'] }, { qop: ['auth', 'auth-int'] }, { qop: ['auth-int'] }, { userhash: true }];
    it.each(offers)('DIG-05: lets its user in where the server offers %j', async (options) => {
      await begin(options);
      expect(await curl(MUFASA, [url('/me'), url('/me?a=1&b=%22')])).toEqual([ok(MUFASA), ok(MUFASA)]);
    });

    it.each([QUOTER, JUERGEN, JASON].flatMap((user) => [false, true].map((userhash) => ({ ...user, userhash }))))('DIG-07: knows $name, with $userhash for userhash', async ({ userhash, ...user }) => {
      await begin({ userhash });
      expect(await curl(user, [url('/me')])).toEqual([ok(user)]);
    });

    it('DIG-03: goes on with a new nonce when its own is stale', async () => {
      const nonceStore = new NotingStore(1);
      await begin({ nonceStore });
      expect(await curl(MUFASA, [url('/me')])).toEqual([ok(MUFASA)]);
      expect(nonceStore.uses.map(([, count]) => count)).toEqual([1, 1]);
    });

    it('DIG-04: posts a form', async () => {
      await begin({});
      expect(await curl(MUFASA, [url('/notes')], ['--data', 'note=Simba'])).toEqual([ok(MUFASA, { body: { note: 'Simba' } })]);
    });

    it('DIG-09: answers 401 to a wrong password and to an unknown user', async () => {
      await begin({});
      expect([await curl({ ...MUFASA, password: 'wrong' }, [url('/me')]), await curl({ ...MUFASA, name: 'Scar' }, [url('/me')])]).toEqual([[REFUSED], [REFUSED]]);
    });
  });

  describeWithPythonRequests()('with requests of Python', () => {
    const offers: readonly DigestAppOptions[] = [{}, { algorithms: ['MD5'] }, { algorithms: ['SHA-256', 'MD5'] }, { algorithms: ['MD5-sess'] }, { qop: ['auth', 'auth-int'] }, { userhash: true }];
    it.each(offers)('DIG-05: lets its user in where the server offers %j', async (options) => {
      await begin(options);
      const answers = await pythonRequests(MUFASA, [url('/me'), url('/me?a=1&b=%22'), url('/notes')]);
      expect(answers).toEqual([ok(MUFASA), ok(MUFASA), ok(MUFASA, { body: { note: 'Simba' } })]);
    });

    it('DIG-02: takes the nonce again with the next count', async () => {
      const nonceStore = new NotingStore();
      await begin({ nonceStore });
      expect(await pythonRequests(MUFASA, [url('/me'), url('/me')])).toEqual([ok(MUFASA), ok(MUFASA)]);
      const [[nonce] = ['']] = nonceStore.uses;
      expect(nonceStore.uses).toEqual([[nonce, 1], [nonce, 2]]);
    });

    it('DIG-03: goes on with a new nonce when its own is stale', async () => {
      await begin({ nonceStore: new NotingStore(2) });
      expect(await pythonRequests(MUFASA, [url('/me'), url('/me')])).toEqual([ok(MUFASA), ok(MUFASA)]);
    });

    it('DIG-09: answers 401 to a wrong password', async () => {
      await begin({});
      expect(await pythonRequests({ ...MUFASA, password: 'wrong' }, [url('/me')])).toEqual([REFUSED]);
    });
  });

  describeWithChromium()('with Chromium', () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await launchChromium();
    });
    afterAll(() => browser.close());

    async function read(page: Page, path: string): Promise<ProgramAnswer> {
      const answer = await page.goto(url(path));
      return { status: answer?.status() ?? 0, json: await answer?.json() };
    }
    const pageOf = ({ name, password }: typeof MUFASA): Promise<Page> => browser.newPage({ httpCredentials: { username: name, password } });

    const offers: readonly DigestAppOptions[] = [{}, { algorithms: ['MD5'] }, { algorithms: ['SHA-256', 'MD5'] }, { algorithms: ['SHA-256-sess'] }, { qop: ['auth', 'auth-int'] }, { userhash: true }];
    it.each(offers)('DIG-05: lets its user in where the server offers %j', async (options) => {
      await begin(options);
      const page = await pageOf(MUFASA);
      expect([await read(page, '/me'), await read(page, '/me?a=1&b=%22'), await read(page, '/reads')]).toEqual([ok(MUFASA), ok(MUFASA), ok(MUFASA)]);
      await page.close();
    });

    it.each([QUOTER, JUERGEN, JASON])('DIG-07: knows $name', async (user) => {
      await begin({});
      const page = await pageOf(user);
      expect(await read(page, '/me')).toEqual(ok(user));
      await page.close();
    });

    it('DIG-02: lets every one of the requests in that a page sends at a time', async () => {
      const nonceStore = new NotingStore();
      await begin({ nonceStore });
      const page = await pageOf(MUFASA);
      await read(page, '/me');
      const script = "Promise.all(Array.from({ length: 20 }, (_, index) => fetch('me?' + index).then(({ status }) => status)))";
      expect(await page.evaluate(script)).toEqual(Array.from({ length: 20 }, () => 200));
      expect(new Set(nonceStore.uses.map(String)).size).toBe(nonceStore.uses.length);
      expect(Math.max(...nonceStore.uses.map(([, count]) => count))).toBeGreaterThan(1);
      await page.close();
    });

    it('DIG-03: goes on with a new nonce when its own is stale', async () => {
      await begin({ nonceStore: new NotingStore(2) });
      const page = await pageOf(MUFASA);
      expect([await read(page, '/me'), await read(page, '/me?again')]).toEqual([ok(MUFASA), ok(MUFASA)]);
      await page.close();
    });

    it('DIG-09: shows the 401 to a wrong password', async () => {
      await begin({});
      const page = await pageOf({ ...MUFASA, password: 'wrong' });
      expect(await read(page, '/me')).toEqual(REFUSED);
      await page.close();
    });
  });
});
