import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { endedDemo, lineProcess, linesUntil, OIDC_MAIN } from '../support/demo-process.js';

/** A start takes seconds, so they run side by side; on a busy machine that takes longer. Milliseconds. */
const PATIENCE = 90_000;
/** How a line of a stack trace begins. */
const STACK = '\n    at ';

describe("the process of the demo with an OpenID provider", () => {
  it.concurrent.each([
    { title: 'Express unless told otherwise', environment: {}, poweredBy: 'Express' },
    { title: 'Fastify with ADAPTER=fastify', environment: { ADAPTER: 'fastify' }, poweredBy: null },
  ])('says where the provider and the API are and what to do there, runs on $title, and ends on SIGTERM', async ({ environment, poweredBy }) => {
    const demo = lineProcess(OIDC_MAIN, { PORT: '0', PROVIDER_PORT: '0', ...environment });
    try {
      const lines = await linesUntil(demo, 'listening on');
      const [provider = '', api = ''] = [lines[0], lines.at(-1)].map((line) => /http:\S+/.exec(line ?? '')?.[0]);
      expect(lines).toEqual([
        `identity provider on ${provider}`,
        `Its access tokens: JWT (at+jwt), RS256, issuer ${provider}, audience https://demo.nestjs-scopes.example/api, for 10 minutes.`,
        `Open ${api}/docs, press Authorize, tick me and items, and log in as johndoe / secret.`,
        'Untick items at the provider: GET /users/me answers, GET /users/me/items is a 403 whose WWW-Authenticate names the scopes it needs.',
        `listening on ${api}`,
      ]);
      expect(await (await fetch(`${provider}/.well-known/openid-configuration`)).json()).toMatchObject({ issuer: provider });
      const answer = await fetch(`${api}/users/me`);
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="api", scope="me"');
      expect(answer.headers.get('x-powered-by')).toBe(poweredBy);
    } finally {
      expect(await demo.stop()).toBe('SIGTERM');
    }
  }, PATIENCE);

  it.concurrent.each(['PORT', 'PROVIDER_PORT'])('does not start where somebody else listens on %s, and says so', async (variable) => {
    const other = createServer();
    other.listen(0);
    await once(other, 'listening');
    const port = String((other.address() as AddressInfo).port);
    const { exitCode, stdout, stderr } = await endedDemo({ PORT: '0', PROVIDER_PORT: '0', [variable]: port }, OIDC_MAIN);
    other.close();
    expect(exitCode).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain(`Error: port ${port} is taken; give another one as ${variable}.\n`);
    expect(stderr).not.toContain(STACK);
  }, PATIENCE);

  it.concurrent.each([
    { environment: { PORT: 'abc' }, message: 'PORT is "abc"; give a number from 0 to 65535.' },
    { environment: { PROVIDER_PORT: '70000' }, message: 'PROVIDER_PORT is "70000"; give a number from 0 to 65535.' },
    { environment: { ADAPTER: 'koa' }, message: 'ADAPTER is "koa"; give express or fastify.' },
  ])('does not start with $environment, and says why and nothing else', async ({ environment, message }) => {
    const { exitCode, stdout, stderr } = await endedDemo({ PORT: '0', PROVIDER_PORT: '0', ...environment }, OIDC_MAIN);
    expect(exitCode).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toBe(`Error: ${message}\n`);
  }, PATIENCE);
});
