import { Controller, Get, Injectable, Module } from '@nestjs/common';
import { ExternalContextCreator } from '@nestjs/core';
import { ClientProxyFactory, MessagePattern, Transport } from '@nestjs/microservices';
import { WsAdapter } from '@nestjs/platform-ws';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { AuthModule, Scopes, Security } from 'nestjs-scopes';
import type { AddressInfo } from 'node:net';
import { firstValueFrom } from 'rxjs';
import { WebSocket } from 'ws';
import { ADAPTERS, start } from '../support/running-app.js';
import { testScheme, TestStrategy } from '../support/tokens.js';

const reached: string[] = [];

@Injectable()
class Value {
  resolve() {
    return 1;
  }
}

@WebSocketGateway()
class ChatGateway {
  @SubscribeMessage('protected')
  @Scopes('me')
  protected() {
    reached.push('protected message');
    return { event: 'answer', data: 'protected' };
  }
  @SubscribeMessage('dependency')
  @Security(Value)
  dependency() {
    reached.push('message with a dependency');
    return { event: 'answer', data: 'dependency' };
  }
  @SubscribeMessage('undeclared')
  undeclared() {
    return { event: 'answer', data: 'undeclared' };
  }
}

@Controller('messages')
class MessagesController {
  @MessagePattern('protected')
  @Scopes('me')
  protected() {
    reached.push('protected pattern');
    return 'protected';
  }
  @MessagePattern('dependency')
  @Security(Value)
  dependency() {
    reached.push('pattern with a dependency');
    return 'dependency';
  }
  @MessagePattern('undeclared')
  undeclared() {
    return 'undeclared';
  }
  @Get() read() {}
}

/** Not a controller: called through Nest's external context, whose type says http. */
@Injectable()
class Job {
  @Scopes('me')
  run() {
    reached.push('job');
  }
  @Security(Value)
  resolving() {
    reached.push('job with a dependency');
  }
}

@Module({
  imports: [AuthModule.forRoot({ schemes: [{ scheme: testScheme(), strategy: TestStrategy }] })],
  controllers: [MessagesController],
  providers: [ChatGateway, Job, Value],
})
class App {}

/** The answer to one WebSocket message: its event, or `exception`. */
function ask(port: number, event: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${String(port)}`);
    socket.on('error', reject);
    socket.on('open', () => {
      socket.send(JSON.stringify({ event }));
    });
    socket.on('message', (data: Buffer) => {
      socket.close();
      resolve((JSON.parse(data.toString()) as { event: string }).event);
    });
  });
}

describe.each(ADAPTERS)('Outside of HTTP, on %s', (adapter) => {
  beforeEach(() => {
    reached.length = 0;
  });

  it('denies a gateway message that requires scopes or a dependency, and leaves one alone that says nothing (NST-07)', async () => {
    const app = await start(App, adapter, (nest) => void nest.useWebSocketAdapter(new WsAdapter(nest)));
    expect(await ask(app.port, 'protected')).toBe('exception');
    expect(await ask(app.port, 'dependency')).toBe('exception');
    expect(await ask(app.port, 'undeclared')).toBe('answer');
    expect(reached).toEqual([]);
    await app.close();
  });

  it('denies a message handler that requires scopes or a dependency, also where it inherits the guards of the application (NST-08)', async () => {
    const app = await start(App, adapter, async (nest) => {
      nest.useWebSocketAdapter(new WsAdapter(nest));
      const options = { transport: Transport.TCP, options: { host: '127.0.0.1', port: 0 } } as const;
      nest.connectMicroservice(options, { inheritAppConfig: true });
      await nest.startAllMicroservices();
    });
    const server = app.app.getMicroservices()[0] as unknown as { serverInstance: { server: { address(): AddressInfo } } };
    const client = ClientProxyFactory.create({ transport: Transport.TCP, options: { host: '127.0.0.1', port: server.serverInstance.server.address().port } });
    await expect(firstValueFrom(client.send('protected', {}))).rejects.toMatchObject({ status: 'error' });
    await expect(firstValueFrom(client.send('dependency', {}))).rejects.toMatchObject({ status: 'error' });
    await expect(firstValueFrom(client.send('undeclared', {}))).resolves.toBe('undeclared');
    expect(reached).toEqual([]);
    client.close();
    await app.close();
  });

  it('denies a method that is no route, called through an external context', async () => {
    const app = await start(App, adapter, (nest) => void nest.useWebSocketAdapter(new WsAdapter(nest)));
    const job = app.app.get(Job);
    const run = app.app.get(ExternalContextCreator).create(job, job.run, 'run');
    await expect(run({ headers: {} }, {}, () => undefined)).rejects.toMatchObject({ status: 403 });
    const resolving = app.app.get(ExternalContextCreator).create(job, job.resolving, 'resolving');
    await expect(resolving({ headers: {} }, {}, () => undefined)).rejects.toMatchObject({ status: 403 });
    expect(reached).toEqual([]);
    await app.close();
  });
});
