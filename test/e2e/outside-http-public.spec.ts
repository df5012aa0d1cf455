import { Controller, Logger, Module } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { Field, GraphQLModule, Int, Mutation, ObjectType, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { ClientProxyFactory, MessagePattern, Transport } from '@nestjs/microservices';
import { WsAdapter } from '@nestjs/platform-ws';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { AuthConfigurationError, AuthModule, Public, Scopes } from 'nestjs-scopes';
import type { AddressInfo } from 'node:net';
import { firstValueFrom } from 'rxjs';
import { WebSocket } from 'ws';
import { BareDriver } from '../support/graphql-driver.js';
import { ADAPTERS, start, startError } from '../support/running-app.js';
import type { Adapter, RunningApp } from '../support/running-app.js';
import { testScheme, TestStrategy } from '../support/tokens.js';

@ObjectType()
class Dish {
  @Field() name!: string;
}

@Resolver({ isAbstract: true })
abstract class Inherited {
  @MessagePattern('inherited') inherited() {
    return 'inherited';
  }
  @Query(() => Int, { name: 'inherited' }) inheritedQuery() {
    return 1;
  }
}

@WebSocketGateway()
class SilentGateway {
  @SubscribeMessage('silent') silent() {
    return { event: 'answer' };
  }
}
@WebSocketGateway()
@Public()
class PublicGateway {
  @SubscribeMessage('public') open() {
    return { event: 'answer' };
  }
  @SubscribeMessage('scopes') @Scopes('me') scopes() {
    return { event: 'answer' };
  }
}

@Controller()
class SilentMessages extends Inherited {
  @MessagePattern('silent') silent() {
    return 'silent';
  }
}
@Controller()
class PublicMessages {
  @MessagePattern('public') @Public() open() {
    return 'public';
  }
  @MessagePattern('scopes') @Public() @Scopes('me') scopes() {
    return 'scopes';
  }
}

@Resolver(() => Dish)
class SilentResolver extends Inherited {
  @Query(() => Int) silent() {
    return 1;
  }
  @Mutation(() => Int) change() {
    return 1;
  }
  @ResolveField(() => String) name() {
    return 'soup';
  }
}
@Resolver()
class PublicResolver {
  @Query(() => Int) @Public() open() {
    return 2;
  }
  @Query(() => Dish) @Public() dish() {
    return {};
  }
}
@Resolver()
@Public()
class PublicClassResolver {
  @Query(() => Int) openByClass() {
    return 3;
  }
  @Query(() => Int) @Scopes('me') scopes() {
    return 4;
  }
}

const GraphQL = () => GraphQLModule.forRoot({ driver: BareDriver, autoSchemaFile: true });

function appModule(audit: 'error' | 'warn', controllers: Type[], providers: Type[], hasGraphQL = false) {
  const auth = AuthModule.forRoot({ schemes: [{ scheme: testScheme(), strategy: TestStrategy }], global: true, audit });
  @Module({ imports: hasGraphQL ? [auth, GraphQL()] : [auth], controllers, providers })
  class AppModule {}
  return AppModule;
}

function running(module: Type, adapter: Adapter): Promise<RunningApp> {
  return start(module, adapter, async (nest) => {
    nest.useWebSocketAdapter(new WsAdapter(nest));
    nest.connectMicroservice({ transport: Transport.TCP, options: { host: '127.0.0.1', port: 0 } } as const, { inheritAppConfig: true });
    await nest.startAllMicroservices();
  });
}

/** The event that answers a WebSocket message: `answer`, or `exception`. */
function told(port: number, event: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${String(port)}`);
    socket.on('error', reject);
    socket.on('open', () => { socket.send(JSON.stringify({ event })); });
    socket.on('message', (data: Buffer) => {
      socket.close();
      resolve((JSON.parse(data.toString()) as { event: string }).event);
    });
  });
}

/** What a message handler returns, or the status of its error. */
async function sent({ app }: RunningApp, pattern: string): Promise<unknown> {
  const { serverInstance } = app.getMicroservices()[0] as unknown as { serverInstance: { server: { address(): AddressInfo } } };
  const client = ClientProxyFactory.create({ transport: Transport.TCP, options: { host: '127.0.0.1', port: serverInstance.server.address().port } });
  try {
    return await firstValueFrom(client.send<unknown>(pattern, {}));
  } catch (error) {
    return (error as { status: unknown }).status;
  } finally {
    client.close();
  }
}

async function queried(app: RunningApp, field: string): Promise<unknown> {
  const body = JSON.stringify({ query: `{ ${field} }` });
  const { json } = await app.send({ method: 'POST', path: '/graphql', headers: [['Content-Type', 'application/json']], body });
  return json.data?.[field] ?? json.errors[0].message;
}

describe.each(ADAPTERS)('Outside of HTTP under global: true, on %s', (adapter) => {
  afterEach(() => { Logger.overrideLogger(false); });

  it('NST-01: a gateway, message handler or resolver that is not public does not start, inherited ones neither', async () => {
    const module = appModule('error', [SilentMessages, PublicMessages], [SilentGateway, PublicGateway, SilentResolver, PublicResolver], true);
    const error = await startError(module, adapter, (nest) => void nest.useWebSocketAdapter(new WsAdapter(nest)));
    const found = (error as AuthConfigurationError).findings.map(({ code, where }) => `${code} ${where}`);
    expect(found.sort()).toEqual([
      'uncovered-gateway SilentGateway',
      'uncovered-message-handler PublicMessages.scopes',
      'uncovered-message-handler SilentMessages.inherited',
      'uncovered-message-handler SilentMessages.silent',
      'uncovered-resolver SilentResolver.change',
      'uncovered-resolver SilentResolver.inheritedQuery',
      'uncovered-resolver SilentResolver.name',
      'uncovered-resolver SilentResolver.silent',
    ]);
  });

  it('NST-07: a message of a public gateway is let through, one that says nothing or requires scopes is denied', async () => {
    const app = await running(appModule('warn', [], [SilentGateway, PublicGateway]), adapter);
    expect([await told(app.port, 'public'), await told(app.port, 'silent'), await told(app.port, 'scopes')]).toEqual(['answer', 'exception', 'exception']);
    await app.close();
  });

  it('NST-08: a public message handler is let through, one that says nothing or requires scopes is denied', async () => {
    const app = await running(appModule('warn', [SilentMessages, PublicMessages], []), adapter);
    expect([await sent(app, 'public'), await sent(app, 'silent'), await sent(app, 'scopes')]).toEqual(['public', 'error', 'error']);
    await app.close();
  });

  it('NST-07: a public resolver is let through, one that says nothing or requires scopes is denied', async () => {
    const app = await running(appModule('warn', [], [SilentResolver, PublicResolver, PublicClassResolver], true), adapter);
    expect([await queried(app, 'open'), await queried(app, 'openByClass')]).toEqual([2, 3]);
    expect([await queried(app, 'silent'), await queried(app, 'scopes')]).toEqual(['Forbidden resource', 'Forbidden resource']);
    await app.close();
  });
});
