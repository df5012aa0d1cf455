import { connect, createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { Controller, Get, Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { AuthModule, HTTPBearer, JwtStrategy, Scopes, Security } from 'nestjs-scopes';
import type { AccessTokenClaims, JwtIssuerOptions } from 'nestjs-scopes';
import { attacksOn } from '../support/attack-tokens.js';
import type { Target } from '../support/attack-tokens.js';
import { claims, ec, ed25519, es256, header, hmac, jws, rs256, rsa, SECRET } from '../support/hostile-tokens.js';
import { KeyServer } from '../support/key-server.js';
import { portsAsked } from '../support/ports-asked.js';
import { ADAPTERS, start } from '../support/running-app.js';
import type { RunningApp } from '../support/running-app.js';
import { recordFigure } from '../support/score.js';
import { AUDIENCE, ISSUER, publicKey } from '../support/tokens.js';

const TARGETS = [
  { alg: 'RS256', kid: 'rsa', signer: rs256, publicKey: rsa.publicKey },
  { alg: 'ES256', kid: 'ec', signer: es256, publicKey: ec.publicKey },
  { alg: 'EdDSA', kid: 'ed', signer: ed25519, publicKey },
  { alg: 'HS256', kid: 'secret', signer: hmac(SECRET), publicKey: null },
] as const;
const PUBLISHED = TARGETS.flatMap(({ kid, publicKey: key }) => (key === null ? [] : [{ ...key.export({ format: 'jwk' }), kid }]));

/** An API for each algorithm, at `/<algorithm>`, that remembers verified tokens, and fetches the keys that there are. */
@Module({})
class AttackedApp {
  static register(jwksUri: string): DynamicModule {
    const apis = TARGETS.map(({ alg, publicKey: key }) => {
      const scheme = new HTTPBearer({ schemeName: alg });
      const keys: Pick<JwtIssuerOptions, 'secretOrKey' | 'jwksUri'> = key === null ? { secretOrKey: SECRET } : { jwksUri };
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
  let provider: KeyServer;
  let trap: Server;
  let trapUrl: string;
  beforeAll(async () => {
    provider = await KeyServer.start();
    provider.publish('jwks', { keys: PUBLISHED });
    app = await start(AttackedApp.register(provider.jwksUri), adapter);
    trap = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => trap.listen(0, '127.0.0.1', resolve));
    trapUrl = `http://127.0.0.1:${String((trap.address() as AddressInfo).port)}/keys`;
  });
  afterAll(async () => {
    await app.close();
    await provider.goDown();
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

  it.each(TARGETS)('JWT-01 to JWT-22: answers 401 to each of the attacks on $alg, accepts none, fails at none, and connects to nobody but once to its issuer', async (target: Omit<Target, 'trap'>) => {
    const attacks = attacksOn({ ...target, trap: trapUrl });
    const asked = portsAsked();
    const answers: { what: string; status: number }[] = [];
    for (const { what, token } of attacks) answers.push({ what, status: (await app.get(`/${target.alg}`, token)).status });
    asked.stop();

    const accepted = answers.filter(({ status }) => status < 400);
    const failed = answers.filter(({ status }) => status >= 500);
    // Unknown names of keys have the issuer's own keys fetched, once in ten seconds.
    const ownPorts = [app.port, Number(new URL(provider.jwksUri).port)];
    const connections = asked.ports.filter((port) => !ownPorts.includes(port));
    recordFigure({
      name: `Attacks with ${target.alg} tokens`,
      figure: `${String(attacks.length)} tokens: ${String(accepted.length)} accepted, ${String(failed.length)} x 5xx, ${String(connections.length)} connections out`,
      goal: 'at least 300 tokens; 0, 0, 0',
      isMet: attacks.length >= 300 && accepted.length + failed.length + connections.length === 0,
    });
    expect(answers.filter(({ status }) => status !== 401)).toEqual([]);
    expect(connections).toEqual([]);
    expect(asked.ports.filter((port) => port === ownPorts[1]).length).toBeLessThanOrEqual(1);
    expect(new Set(attacks.map(({ token }) => token)).size).toBeGreaterThanOrEqual(300);
  });
});
