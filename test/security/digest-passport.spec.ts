import { Controller, Get, Module, Req, UseGuards } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import type { Server } from 'node:http';
import passport from 'passport';
import { AuthModule, DigestStrategy, HTTPDigest, Security } from 'nestjs-scopes';
import type { DigestAccount, DigestHash } from 'nestjs-scopes';
import { accountOf, MUFASA, REALM } from '../support/digest-app.js';
import { authorizationWith, digestFields, readChallenge } from '../support/digest-client.js';
import type { DigestCall, DigestFields } from '../support/digest-client.js';
import { ADAPTERS, start } from '../support/running-app.js';
import type { RunningApp, TestResponse } from '../support/running-app.js';

const digest = new HTTPDigest();

/** A strategy with a private member, which an object that inherits from it does not have. */
class PrivateStrategy extends DigestStrategy {
  readonly #accounts = accountOf;

  constructor() {
    super({ realm: REALM });
  }
  validate(name: string, hash: DigestHash): DigestAccount | null {
    if (name === 'broken') throw new Error('hunter2');
    return this.#accounts(name, hash);
  }
}

@Controller('ours')
@Security(digest)
class OursController {
  @Get() read(@Req() { user }: { user: unknown }) { return { user }; }
}

@Controller('theirs')
@UseGuards(AuthGuard('digest'))
class TheirsController {
  @Get() read(@Req() { user }: { user: unknown }) { return { user }; }
}

@Module({ imports: [AuthModule.forRoot({ schemes: [{ scheme: digest, strategy: PrivateStrategy }] })], controllers: [OursController, TheirsController] })
class BesideApp {}

/** A strategy that fails without calling back leaves a request without an answer. */
const ANSWER_WITHIN_MS = 2000;

describe.each(ADAPTERS)("AuthGuard('digest') of @nestjs/passport on %s", (adapter) => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await start(BesideApp, adapter, (made) => {
      passport.use(made.get(PrivateStrategy, { strict: false }));
    });
  });
  afterAll(async () => {
    passport.unuse('digest');
    // A request that got no answer would keep the server open.
    (app.app.getHttpServer() as Server).closeAllConnections();
    await app.close();
  });

  /** Their guard hands no challenge on, so that the nonce is always from ours. */
  async function answer(path: string, changes: Partial<DigestCall> = {}, written: DigestFields = {}): Promise<TestResponse> {
    const [line = ''] = (await app.get('/ours')).challenges;
    const call = { ...MUFASA, uri: path, challenge: readChallenge(line), ...changes };
    return app.send({ path, headers: [['Authorization', authorizationWith({ ...digestFields(call), ...written })]] });
  }

  it.each(['/ours', '/theirs'])('DIG-10: %s knows the user of a right response', async (path) => {
    const { status, json } = await answer(path);
    expect({ status, json }).toEqual({ status: 200, json: { user: { name: 'Mufasa' } } });
  }, ANSWER_WITHIN_MS);

  it.each(['/ours', '/theirs'])('DIG-10: %s answers 401 without credentials, to a wrong response, a foreign nonce and the forgery with MD5-sess', async (path) => {
    const challenge = { ...readChallenge((await app.get('/ours')).challenges[0] ?? ''), nonce: 'foreign' };
    const answers = [await app.get(path), await answer(path, { password: 'wrong' }), await answer(path, { challenge }), await answer(path, {}, { algorithm: 'MD5-sess' })];
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
  }, ANSWER_WITHIN_MS);

  it.each(['/ours', '/theirs'])('DIG-08: %s answers 400 to a parameter that is repeated', async (path) => {
    expect((await answer(path, {}, { opaque: '"x", opaque="x"' })).status).toBe(400);
  }, ANSWER_WITHIN_MS);

  it.each(['/ours', '/theirs'])('DIG-10: %s answers 503 where nobody knows', async (path) => {
    const { status, text } = await answer(path, { name: 'broken' });
    expect(status).toBe(503);
    expect(text).not.toContain('hunter2');
  }, ANSWER_WITHIN_MS);

  it('DIG-02: counts the uses of a nonce for both guards together', async () => {
    const challenge = readChallenge((await app.get('/ours')).challenges[0] ?? '');
    const answers = [await answer('/ours', { challenge }), await answer('/theirs', { challenge }), await answer('/theirs', { challenge, nc: '00000002' })];
    expect(answers.map(({ status }) => status)).toEqual([200, 401, 200]);
  }, ANSWER_WITHIN_MS);
});
