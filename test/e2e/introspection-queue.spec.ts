import { activeToken, startIntrospectionApp } from '../support/introspection-app.js';
import type { IntrospectionApp } from '../support/introspection-app.js';
import { IntrospectionServer } from '../support/introspection-server.js';
import type { IntrospectionReply } from '../support/introspection-server.js';
import { ADAPTERS } from '../support/running-app.js';

describe.each(ADAPTERS)('More than 100 tokens at a time, on %s', (adapter) => {
  let server: IntrospectionServer;
  let app: IntrospectionApp;
  let answer: (reply: IntrospectionReply) => void;
  /** The most that the provider had to do at a time. */
  let most: number;

  beforeEach(async () => {
    server = await IntrospectionServer.start();
    const held = new Promise<IntrospectionReply>((resolve) => { answer = resolve; });
    let running = 0;
    most = 0;
    server.reply = async () => {
      running += 1;
      most = Math.max(most, running);
      const reply = await held;
      running -= 1;
      return reply;
    };
    app = await startIntrospectionApp(adapter, { introspectionUrl: server.url, timeout: 30 });
  });
  afterEach(async () => {
    await app.close();
    await server.goDown();
  });

  /** Their answers, when all of them have come to the strategy. */
  const send = async (name: string, count: number): Promise<readonly Promise<number>[]> => {
    const before = app.strategy.asked;
    const answers = Array.from({ length: count }, async (_, index) => (await app.get('/', `${name}-${String(index)}`)).status);
    while (app.strategy.asked < before + count) await new Promise((resolve) => setImmediate(resolve));
    return answers;
  };
  const statuses = async (...answers: readonly Promise<number>[]): Promise<ReadonlySet<number>> => new Set(await Promise.all(answers));

  it('wait for their turn, so that a hundred made-up ones keep nobody out', async () => {
    const first = await send('first', 100);
    const then = [...await send('then', 20), ...await send('then', 20)];
    while (server.requests.length < 100) await new Promise((resolve) => setImmediate(resolve));
    expect(server.requests).toHaveLength(100);
    answer({ body: activeToken() });
    expect(await statuses(...first, ...then)).toEqual(new Set([200]));
    expect({ most, calls: server.requests.length }).toEqual({ most: 100, calls: 120 });
  });

  it('are answered 503 where 1,000 wait', async () => {
    const taken = await send('taken', 1_100);
    expect(await statuses(...await send('more', 5))).toEqual(new Set([503]));
    answer({ body: activeToken() });
    expect(await statuses(...taken)).toEqual(new Set([200]));
    expect((await app.get('/', 'more-0')).status).toBe(200);
  }, 30_000);

  it('do not wait for a provider that turns out to be down, though other calls are still under way', async () => {
    const { reply } = server;
    let refuse = (): void => undefined;
    const refused = new Promise<IntrospectionReply>((resolve) => { refuse = () => { resolve({ status: 401 }); }; });
    server.reply = (request) => (['first-0', 'first-1', 'first-2'].includes(request.token ?? '') ? refused : reply(request));
    const first = await send('first', 100);
    const waiting = await send('waiting', 50);
    while (server.requests.length < 100) await new Promise((resolve) => setImmediate(resolve));
    let sentAway = 0;
    for (const status of waiting) void status.then(() => { sentAway += 1; });
    refuse();
    // The first two that have failed hand their places on.
    while (sentAway < 48) await new Promise((resolve) => setImmediate(resolve));
    answer({ body: activeToken() });
    expect(await statuses(...first, ...waiting)).toEqual(new Set([200, 503]));
    expect(server.requests.length).toBeLessThanOrEqual(102);
  });
});
