import { jest } from '@jest/globals';
import { Controller, createParamDecorator, Get, Injectable, Logger, Module, UnauthorizedException, UseGuards, UseInterceptors } from '@nestjs/common';
import type { CallHandler, CanActivate, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { AuthModule, Depends } from 'nestjs-scopes';
import { request } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { Observable } from 'rxjs';
import { ADAPTERS, start } from '../support/running-app.js';
import type { RunningApp } from '../support/running-app.js';

const events: string[] = [];

@Injectable()
class Connection {
  resolve() {
    events.push('open');
    return 'connection';
  }
  release(_value: string, error: unknown) {
    events.push(error === undefined ? 'commit' : 'rollback');
  }
}
@Injectable()
class Unspeakable {
  resolve() { return 1; }
  release() {
    throw Object.defineProperty(new Error(), 'name', { get: () => { throw new Error('no name'); } });
  }
}
const Caller = createParamDecorator((): string => { throw new UnauthorizedException(); });
@Injectable()
class NeedsCaller {
  resolve(@Caller() caller: string) { return caller; }
}
@Injectable()
class SlowGuard implements CanActivate {
  async canActivate() { await wait(100); return true; }
}
@Injectable()
class SlowInterceptor implements NestInterceptor {
  async intercept(_context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> { await wait(100); return next.handle(); }
}

@Controller()
class EndsController {
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- what this is about
  @Get('nothing') nothing(@Depends(Connection) _value: string) { throw undefined; }
  @Get('circle') circle(@Depends(Connection) _value: string) {
    const circle: Record<string, unknown> = {};
    circle['itself'] = circle;
    return circle;
  }
  @Get('work') async work(@Depends(Connection) _value: string) { await wait(20); return 1; }
  @Get('guarded') @UseGuards(SlowGuard) guarded(@Depends(Connection) _value: string) { events.push('handler'); return 1; }
  @Get('unspeakable') unspeakable(@Depends(Unspeakable) value: number) { return value; }
  @Get('caller') caller(@Depends(NeedsCaller) _caller: string, @Depends(Connection) _value: string) { return 1; }
}
@Controller('intercepted')
@UseInterceptors(SlowInterceptor)
class InterceptedController {
  @Get() read(@Depends(Connection) _value: string) { events.push('handler'); return 1; }
}
@Module({
  imports: [AuthModule.forRoot({ schemes: [] })],
  controllers: [EndsController, InterceptedController],
  providers: [Connection, Unspeakable, NeedsCaller],
})
class EndsApp {}

/** Waits for a number of events. */
async function until(count: number): Promise<void> {
  for (let round = 0; round < 400 && events.length < count; round += 1) await wait(5);
}

/** What happened, once nothing more does. */
async function happened(count: number): Promise<readonly string[]> {
  await until(count);
  await wait(20);
  return events.splice(0);
}

describe.each(ADAPTERS)('A request that ends in an odd way, on %s', (adapter) => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await start(EndsApp, adapter);
  });
  afterAll(() => app.close());
  beforeEach(() => events.splice(0));

  it.each(['/nothing', '/circle'])('is a failure where the client gets 500, whatever was thrown: %s', async (path) => {
    expect((await app.get(path)).status).toBe(500);
    expect(await happened(2)).toEqual(['open', 'rollback']);
  });

  it('releases what pipelined requests made, though nobody waits for their answers', async () => {
    const socket = connect(app.port, '127.0.0.1');
    socket.write('GET /work HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(12));
    await until(2);
    socket.destroy();
    const all = await happened(24);
    const opened = all.filter((event) => event === 'open').length;
    expect(opened).toBeGreaterThan(1);
    expect(all).toHaveLength(2 * opened);
  });

  it.each(['/guarded', '/intercepted'])('does not begin to work with what is released, as the client has gone: %s', async (path) => {
    const sent = request({ port: app.port, host: '127.0.0.1', path });
    sent.on('error', () => undefined);
    sent.end();
    await until(1);
    sent.destroy();
    await wait(150);
    expect(await happened(2)).toEqual(['open', 'commit']);
  });

  it('goes on though the error of a release cannot be described', async () => {
    const logged = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    expect((await app.get('/unspeakable')).status).toBe(200);
    await wait(20);
    expect(logged.mock.calls).toEqual([['Unspeakable.release failed: an error that cannot be described']]);
    logged.mockRestore();
  });

  it('makes nothing more for a caller whom a decorator of the application refuses', async () => {
    expect((await app.get('/caller')).status).toBe(401);
    expect(await happened(0)).toEqual([]);
  });
});
