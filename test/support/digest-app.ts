import { Body, Controller, Get, HttpCode, Module, Post } from '@nestjs/common';
import type { DynamicModule, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AuthModule, CurrentUser, DigestStrategy, HTTPDigest, Security } from 'nestjs-scopes';
import type { DigestAccount, DigestHash, DigestStrategyOptions } from 'nestjs-scopes';
import { authorizationWith, digestFields, readChallenge } from './digest-client.js';
import type { DigestCall, DigestChallenge, DigestFields } from './digest-client.js';
import { httpAdapter, listening } from './running-app.js';
import type { Adapter, RunningApp, TestRequest, TestResponse } from './running-app.js';

export const REALM = 'http-auth@example.org';
export const SECRET = 'a secret of the tests, long enough for nonces';
export const MUFASA = { name: 'Mufasa', password: 'Circle of Life' };
/** Of RFC 7616 §3.9.2. */
export const JASON = { name: 'J\u00E4s\u00F8n Doe', password: 'Secret, or not?' };
export const JUERGEN = { name: 'j\u00FCrgen', password: 'stra\u00DFe \u{1F511}' };
export const QUOTER = { name: 'p"a\\ss', password: 'se"cr\\et' };
const USERS = [MUFASA, JASON, JUERGEN, QUOTER, { name: '\u30E6\u30FC\u30B6\u30FC', password: '\u5BC6\u7801' }, { name: 'co:lon', password: 'pa:ss' }, { name: '', password: 'nameless' }];

/** The account of a user as an application keeps it; their scope is `read`. */
export function accountOf(name: string, hash: DigestHash): DigestAccount | null {
  const user = USERS.find((known) => known.name === name);
  return user === undefined ? null : { user: { name }, ha1: DigestStrategy.ha1(name, REALM, user.password, hash), scope: 'read' };
}

/** What a test wants of its application, beside the options of the strategy. */
export interface DigestAppOptions extends Partial<DigestStrategyOptions> {
  readonly accounts?: (name: string, hash: DigestHash) => ReturnType<DigestStrategy['validate']>;
  /** Whether users may hide their names. */
  readonly userhash?: boolean;
  /** @defaultValue true: the bytes of bodies are kept */
  readonly rawBody?: boolean;
}

/** An application with Digest, and a client for it. */
export interface DigestApp extends RunningApp {
  /** The users that `validate` was asked for. */
  readonly lookups: readonly string[];
  /** The challenges that a caller without credentials gets. */
  challenges(): Promise<readonly DigestChallenge[]>;
  /** The first challenge, answered with what {@link MUFASA} knows and the changes of the test. */
  call(changes?: Partial<DigestCall>): Promise<DigestCall>;
  /** Sends the credentials of a call; `fields` are written instead of those that a client would write. */
  answer(call: DigestCall, fields?: DigestFields, request?: Partial<TestRequest>): Promise<TestResponse>;
}

export async function startDigest(adapter: Adapter, options: DigestAppOptions = {}): Promise<DigestApp> {
  const { accounts = accountOf, userhash = false, rawBody = true, ...strategy } = options;
  const lookups: string[] = [];
  const asked: typeof accounts = (name, hash) => {
    lookups.push(name);
    return accounts(name, hash);
  };
  const module = digestModule(strategyOf(asked, userhash, strategy));
  const nest = await NestFactory.create(module, httpAdapter(adapter), { logger: false, abortOnError: false, rawBody });
  nest.setGlobalPrefix('api');
  const app = await listening(nest);
  const challenges = async (): Promise<readonly DigestChallenge[]> => (await app.get('/api/me')).challenges.map(readChallenge);
  return {
    ...app,
    lookups,
    challenges,
    call: async (changes = {}) => ({ ...MUFASA, uri: '/api/me', challenge: changes.challenge ?? firstOf(await challenges()), ...changes }),
    answer: (call, fields = {}, request = {}) => {
      const value = authorizationWith({ ...digestFields(call), ...fields });
      return app.send({ method: call.method ?? 'GET', path: call.uri, ...request, headers: [['Authorization', value], ...(request.headers ?? [])] });
    },
  };
}

/** The only challenge, or the strongest. */
export function firstOf(challenges: readonly DigestChallenge[]): DigestChallenge {
  const [first] = challenges;
  if (first === undefined) throw new Error('There is no challenge.');
  return first;
}

/** The answer to credentials that are not accepted: it does not say which check failed. */
export function expectRefused(response: TestResponse, stale = ''): void {
  expect({ status: response.status, json: response.json }).toEqual({
    status: 401,
    json: { statusCode: 401, message: 'Could not validate credentials', error: 'Unauthorized' },
  });
  expect(response.challenges.map((line) => readChallenge(line).stale)).toEqual(response.challenges.map(() => stale));
  expect(response.challenges).not.toEqual([]);
}

/** The answer to a user that was let in. */
export function expectUser({ status, challenges, json }: TestResponse, name: string): void {
  expect({ status, challenges, json }).toEqual({ status: 200, challenges: [], json: { user: { name } } });
}

function strategyOf(accounts: NonNullable<DigestAppOptions['accounts']>, userhash: boolean, options: Partial<DigestStrategyOptions>): Type<DigestStrategy> {
  class TestDigestStrategy extends DigestStrategy {
    constructor() {
      super({ realm: REALM, ...options });
    }
    validate(name: string, hash: DigestHash) {
      return accounts(name, hash);
    }
  }
  if (!userhash) return TestDigestStrategy;
  return class extends TestDigestStrategy {
    override validateUserhash(userhash: string, hash: DigestHash) {
      const user = USERS.find(({ name }) => DigestStrategy.userhash(name, REALM, hash) === userhash);
      return user === undefined ? null : accounts(user.name, hash);
    }
  };
}

function digestModule(strategy: Type<DigestStrategy>): DynamicModule {
  const digest = new HTTPDigest();

  @Controller()
  @Security(digest)
  class DigestController {
    @Get('me') read(@CurrentUser() user: unknown) { return { user }; }
    @Get('reads') @Security(digest, { scopes: ['read'] }) reads(@CurrentUser() user: unknown) { return { user }; }
    @Get('writes') @Security(digest, { scopes: ['write'] }) writes() { return {}; }
    @Post('notes') @HttpCode(200) note(@CurrentUser() user: unknown, @Body() body: unknown) { return { user, body }; }
  }

  @Module({ imports: [AuthModule.forRoot({ schemes: [{ scheme: digest, strategy }] })], controllers: [DigestController] })
  class DigestModule {}
  return { module: DigestModule };
}
