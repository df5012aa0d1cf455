import { jest } from '@jest/globals';
import { Controller, ForbiddenException, Get, Injectable, Logger, Module, Param, ParseIntPipe, Query, UseGuards } from '@nestjs/common';
import type { CanActivate } from '@nestjs/common';
import { AuthModule, Depends } from 'nestjs-scopes';
import type { Dependency } from 'nestjs-scopes';
import { request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { ADAPTERS, start } from '../support/running-app.js';
import type { RunningApp } from '../support/running-app.js';

const events: string[] = [];
const named = (error: unknown): string => (error === undefined ? 'ok' : error instanceof Error ? error.message : typeof error);
let answer: () => void = () => undefined;

@Injectable()
class Connection implements Dependency<string> {
  resolve() {
    events.push('open');
    return 'connection';
  }
  async release(value: string, error: unknown) {
    await wait(1);
    events.push(`close ${value}: ${named(error)}`);
  }
}
@Injectable()
class Transaction implements Dependency<string> {
  resolve(@Depends(Connection) connection: string) {
    events.push('begin');
    return `transaction of ${connection}`;
  }
  release(value: string, error: unknown) {
    events.push(`end ${value}: ${named(error)}`);
    if (named(error) === 'release too') throw new Error('a secret');
  }
}
@Injectable()
class Failing {
  resolve(@Depends(Transaction) _value: string) { throw new ForbiddenException('no'); }
}
@Injectable()
class Late {
  async resolve(@Depends(Connection) value: string) {
    events.push('waiting');
    await new Promise<void>((resolve) => { answer = resolve; });
    return value;
  }
}
@Injectable()
class DenyGuard implements CanActivate {
  canActivate() { return false; }
}

@Controller()
class StoreController {
  constructor() {
    this.bound = this.bound.bind(this);
  }
  @Get('ok') ok(@Depends(Transaction) value: string, @Depends(Connection) _same: string) { events.push('handler'); return value; }
  @Get('twice') twice(@Depends(Connection) a: string, @Depends(Connection, { useCache: false }) b: string) { return [a, b]; }
  @Get('throws') throws(@Depends(Transaction) _value: string, @Query('message') message: string) { throw new Error(message); }
  @Get('number/:id') piped(@Depends(Connection) _value: string, @Param('id', ParseIntPipe) id: number) { return id; }
  @Get('failing') failing(@Depends(Failing) _value: unknown) { return 1; }
  @Get('denied') @UseGuards(DenyGuard) denied(@Depends(Connection) _value: string) { return 1; }
  @Get('late') late(@Depends(Late) value: string) { events.push('handler'); return value; }
  @Get('bound') bound(@Depends(Connection) _value: string) { return 1; }
  @Get('slow') async slow(@Depends(Connection) value: string) {
    events.push('handler');
    await new Promise<void>((resolve) => { answer = resolve; });
    events.push('handler done');
    return value;
  }
}
@Module({ imports: [AuthModule.forRoot({ schemes: [] })], controllers: [StoreController], providers: [Connection, Transaction, Failing, Late] })
class StoreApp {}

/** What happened, once nothing more does. */
async function happened(count: number): Promise<readonly string[]> {
  for (let round = 0; round < 200 && events.length < count; round += 1) await wait(5);
  await wait(10);
  return events.splice(0);
}

describe.each(ADAPTERS)('release on %s', (adapter) => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await start(StoreApp, adapter);
  });
  afterAll(() => app.close());
  beforeEach(() => events.splice(0));

  it('is called after the response, in reverse order, once for each value', async () => {
    expect((await app.get('/ok')).status).toBe(200);
    expect(await happened(5)).toEqual(['open', 'begin', 'handler', 'end transaction of connection: ok', 'close connection: ok']);
    await app.get('/twice');
    expect(await happened(4)).toEqual(['open', 'open', 'close connection: ok', 'close connection: ok']);
  });

  it('is told what the handler threw', async () => {
    expect((await app.get('/throws?message=oops')).status).toBe(500);
    expect(await happened(4)).toEqual(['open', 'begin', 'end transaction of connection: oops', 'close connection: oops']);
  });

  it('is told what a pipe of the handler threw', async () => {
    expect((await app.get('/number/x')).status).toBe(400);
    expect(await happened(2)).toEqual(['open', 'close connection: Validation failed (numeric string is expected)']);
  });

  it('is called for what was made before another dependency failed', async () => {
    expect((await app.get('/failing')).status).toBe(403);
    expect(await happened(4)).toEqual(['open', 'begin', 'end transaction of connection: no', 'close connection: no']);
  });

  it('is told that a later guard has denied', async () => {
    expect((await app.get('/denied')).status).toBe(403);
    expect(await happened(2)).toEqual(['open', 'close connection: The request was answered with 403.']);
  });

  it('is not told of an error where the handler cannot be observed, and answers', async () => {
    expect((await app.get('/bound')).status).toBe(200);
    expect(await happened(2)).toEqual(['open', 'close connection: ok']);
  });

  it('goes on where one of them throws, which is logged without its message', async () => {
    const logged = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    await app.get('/throws?message=release%20too');
    expect(await happened(4)).toEqual(['open', 'begin', 'end transaction of connection: release too', 'close connection: release too']);
    const lines = logged.mock.calls.flat().join('\n');
    expect(lines).toContain('Transaction.release failed');
    expect(lines).not.toContain('a secret');
    logged.mockRestore();
  });

  it('is called for a client who goes away while dependencies are resolved; the handler is not', async () => {
    const sent = request({ port: app.port, host: '127.0.0.1', path: '/late' });
    sent.on('error', () => undefined);
    sent.end();
    expect(await happened(2)).toEqual(['open', 'waiting']);
    sent.destroy();
    await wait(50);
    answer();
    expect(await happened(1)).toEqual(['close connection: The client has gone']);
  });

  it('waits for a handler that is still at work when the client goes away', async () => {
    const sent = request({ port: app.port, host: '127.0.0.1', path: '/slow' });
    sent.on('error', () => undefined);
    sent.end();
    expect(await happened(2)).toEqual(['open', 'handler']);
    sent.destroy();
    expect(await happened(1)).toEqual([]);
    answer();
    expect(await happened(2)).toEqual(['handler done', 'close connection: ok']);
  });
});
