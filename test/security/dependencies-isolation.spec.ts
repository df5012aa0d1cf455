import { Controller, Get, Injectable, Module } from '@nestjs/common';
import { ApiKeyStrategy, APIKeyHeader, AuthModule, CurrentUser, Depends, HTTPBearer, Security } from 'nestjs-scopes';
import { Agent, request } from 'node:http';
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import { ADAPTERS, start } from '../support/running-app.js';
import type { RunningApp } from '../support/running-app.js';

const REQUESTS = 10_000;
const AT_ONCE = 100;
const key = new APIKeyHeader({ name: 'X-Key' });
const bearer = new HTTPBearer();

/** Every key is somebody's. */
@Injectable()
class AnyKeyStrategy extends ApiKeyStrategy {
  async validate(hash: string) {
    await turn();
    return { name: hash, scopes: ['read'] };
  }
}
@Injectable()
class Token {
  async resolve(@Depends(bearer) { credentials }: { credentials: string }) {
    // Requests overtake each other here.
    await (credentials.endsWith('7') ? wait(1) : turn());
    return credentials;
  }
}
@Injectable()
class Caller {
  async resolve(@CurrentUser() user: { name: string }, @Depends(Token) token: string, @Security(key, { scopes: ['read'] }) sent: string) {
    await turn();
    return { name: user.name, token, sent };
  }
}
@Controller()
class CallerController {
  @Get() async read(@Depends(Caller) caller: object, @Depends(Token) token: string, @Depends(Caller, { useCache: false }) again: object, @CurrentUser() user: object) {
    await turn();
    return { caller, token, again, user };
  }
}
@Module({
  imports: [AuthModule.forRoot({ schemes: [{ scheme: key, strategy: AnyKeyStrategy }, { scheme: bearer }] })],
  controllers: [CallerController],
  providers: [Token, Caller],
})
class CallerApp {}

describe.each(ADAPTERS)('Ten thousand requests at once, on %s', (adapter) => {
  let app: RunningApp;
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  beforeAll(async () => {
    app = await start(CallerApp, adapter);
  });
  afterAll(async () => {
    agent.destroy();
    await app.close();
  });

  const ask = (name: string): Promise<unknown> => new Promise((resolve, reject) => {
    const sent = request({ port: app.port, host: '127.0.0.1', agent, headers: { 'X-Key': `key-${name}`, Authorization: `Bearer token-${name}` } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => { resolve(JSON.parse(Buffer.concat(chunks).toString())); });
    });
    sent.on('error', reject);
    sent.end();
  });

  it('each see their own caller, in every dependency and parameter', async () => {
    const wrong: unknown[] = [];
    let next = 0;
    const work = async (): Promise<void> => {
      while (next < REQUESTS) {
        const name = String((next += 1));
        const caller = { name: ApiKeyStrategy.hash(`key-${name}`), token: `token-${name}`, sent: `key-${name}` };
        const expected = JSON.stringify({ caller, token: caller.token, again: caller, user: { name: caller.name, scopes: ['read'] } });
        const answer = JSON.stringify(await ask(name));
        if (answer !== expected) wrong.push({ answer, expected });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    expect(wrong.slice(0, 3)).toEqual([]);
  }, 120_000);
});
