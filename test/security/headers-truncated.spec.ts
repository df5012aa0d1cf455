import { request } from 'node:http';
import { ADAPTERS, start } from '../support/running-app.js';
import type { RunningApp } from '../support/running-app.js';
import { KEY, SchemesApp } from '../support/schemes-app.js';

const basic = (pair: string): string => `Basic ${Buffer.from(pair).toString('base64')}`;
const padding = (lines: number): [string, string][] => Array.from({ length: lines }, () => ['a', '']);

describe.each(ADAPTERS)('More header lines than Node keeps, on %s', (adapter) => {
  let app: RunningApp;
  const status = (path: string, headers: readonly [string, string][], method = 'GET'): Promise<number> =>
    new Promise((resolve, reject) => {
      const sent = request({ port: app.port, host: '127.0.0.1', method, path, headers: ['Host', 'localhost', 'Connection', 'close', ...headers.flat()] }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      sent.on('error', reject);
      sent.end();
    });
  beforeAll(async () => {
    app = await start(SchemesApp, adapter);
  });
  afterAll(() => app.close());

  it.each<[string, string, [string, string][], [string, string][]]>([
    ['a second API key', '/header', [['X-API-Key', KEY]], [['X-API-Key', 'other']]],
    ['a second Authorization', '/basic', [['Authorization', basic('jane:pass')]], [['Authorization', basic('Aladdin:open sesame')]]],
    ['a second cookie', '/cookie', [['Cookie', `session=${KEY}`]], [['Cookie', 'session=other']]],
    ['bad credentials where they may be absent', '/optional-basic', [], [['Authorization', basic('jane:wrong')]]],
  ])('HDR-01, HDR-10: do not hide %s: 400', async (_what, path, before, after) => {
    for (const lines of [1000, 1023, 1100]) expect(await status(path, [...before, ...padding(lines), ...after])).toBe(400);
  });

  it('HDR-01: as many as Node keeps are read', async () => {
    expect(await status('/header', [['X-API-Key', KEY], ...padding(990)])).toBe(200);
    expect(await status('/optional-basic', padding(990))).toBe(200);
  });

  it("HDR-01: count by the server's own maxHeadersCount, where 0 is no limit", async () => {
    const server = app.app.getHttpServer() as { maxHeadersCount: number | null };
    server.maxHeadersCount = 100;
    expect(await status('/header', [['X-API-Key', KEY], ...padding(90)])).toBe(200);
    expect(await status('/optional-basic', [...padding(110), ['Authorization', basic('jane:wrong')]])).toBe(400);
    server.maxHeadersCount = 0;
    expect(await status('/header', [['X-API-Key', KEY], ...padding(1500)])).toBe(200);
    expect(await status('/header', [['X-API-Key', KEY], ...padding(1500), ['X-API-Key', 'other']])).toBe(400);
    server.maxHeadersCount = null;
  });
});
