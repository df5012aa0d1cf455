import { connect, createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { Controller, Get, Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { AuthModule, HTTPBearer, JwtStrategy, Scopes, Security } from 'nestjs-scopes';
import type { AccessTokenClaims, JwtIssuerOptions } from 'nestjs-scopes';
import { attacksOn } from '../support/attack-tokens.js';
import type { Target } from '../support/attack-tokens.js';
import { claims, ec, ed25519, es256, header, hmac, jws, rs256, rsa, SECRET } from '../support/hostile-tokens.js';
import { portsAsked } from '../support/ports-asked.js';
import { ADAPTERS, start } from '../support/running-app.js';
import type { RunningApp } from '../support/running-app.js';
import { recordFigure } from '../support/score.js';
import { AUDIENCE, ISSUER, publicKey } from '../support/tokens.js';

const KID = 'key-1';
const TARGETS = [
  { alg: 'RS256', kid: KID, signer: rs256, publicKey: rsa.publicKey },
  { alg: 'ES256', kid: KID, signer: es256, publicKey: ec.publicKey },
  { alg: 'EdDSA', kid: KID, signer: ed25519, publicKey },
  { alg: 'HS256', kid: KID, signer: hmac(SECRET), publicKey: null },
] as const;

/** An API for each algorithm, at `/<algorithm>`, that remembers verified tokens. */
@Module({})
class AttackedApp {
  static register(): DynamicModule {
    const apis = TARGETS.map(({ alg, publicKey: key }) => {
      const scheme = new HTTPBearer({ schemeName: alg });
      const keys: Pick<JwtIssuerOptions, 'secretOrKey' | 'jwks'> = key === null ? { secretOrKey: SECRET } : { jwks: { keys: [{ ...key.export({ format: 'jwk' }), kid: KID }] } };
      class ApiStrategy extends JwtStrategy {
        constructor() {
          super({ issuer: ISSUER, audience: AUDIENCE, algorithms: [alg], profile: 'rfc9068', verifiedTokenCache: 100, ...keys });
        }
        validate({ sub }: AccessTokenClaims): unknown {
          return { name: sub };
        }
      }
      @Controller(alg)
      @Security(scheme)
      class ApiController {
        @Get()
        @Scopes('me')
        read() {
          return {};
        }
      }
      return { scheme, strategy: ApiStrategy, controller: ApiController };
    });
    return { module: AttackedApp, imports: [AuthModule.forRoot({ schemes: apis.map(({ scheme, strategy }) => ({ scheme, strategy })) })], controllers: apis.map(({ controller }) => controller) };
  }
}

describe.each(ADAPTERS)('attacks with tokens on %s', (adapter) => {
  let app: RunningApp;
  let trap: Server;
  let trapUrl: string;
  beforeAll(async () => {
    app = await start(AttackedApp.register(), adapter);
    trap = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => trap.listen(0, '127.0.0.1', resolve));
    trapUrl = `http://127.0.0.1:${String((trap.address() as AddressInfo).port)}/keys`;
  });
  afterAll(async () => {
    await app.close();
    await new Promise((resolve) => trap.close(resolve));
  });

  it.each(TARGETS)('accepts the good token of $alg that the attacks are made of', async ({ alg, kid, signer }) => {
    expect((await app.get(`/${alg}`, jws(header({ alg, kid }), claims(), signer))).status).toBe(200);
  });

  it('notices a connection, so that none is none', async () => {
    const asked = portsAsked();
    const port = Number(new URL(trapUrl).port);
    await new Promise((resolve) => connect(port, '127.0.0.1').on('close', resolve).on('error', () => undefined));
    asked.stop();
    expect(asked.ports).toEqual([port]);
  });

  it.each(TARGETS)('JWT-01 to JWT-22: answers 401 to each of the attacks on $alg, accepts none, fails at none, and connects to nobody', async (target: Omit<Target, 'trap'>) => {
    const attacks = attacksOn({ ...target, trap: trapUrl });
    const asked = portsAsked();
    const answers: { what: string; status: number }[] = [];
    for (const { what, token } of attacks) answers.push({ what, status: (await app.get(`/${target.alg}`, token)).status });
    asked.stop();

    const accepted = answers.filter(({ status }) => status < 400);
    const failed = answers.filter(({ status }) => status >= 500);
    const ownPort = Number(new URL(await app.app.getUrl()).port);
    const connections = asked.ports.filter((port) => port !== ownPort);
    recordFigure({
      name: `Attacks with ${target.alg} tokens`,
      figure: `${String(attacks.length)} tokens: ${String(accepted.length)} accepted, ${String(failed.length)} x 5xx, ${String(connections.length)} connections out`,
      goal: 'at least 300 tokens; 0, 0, 0',
      isMet: attacks.length >= 300 && accepted.length + failed.length + connections.length === 0,
    });
    expect(answers.filter(({ status }) => status !== 401)).toEqual([]);
    expect(connections).toEqual([]);
    expect(new Set(attacks.map(({ token }) => token)).size).toBeGreaterThanOrEqual(300);
  });
});
