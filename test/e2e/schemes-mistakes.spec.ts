import { Controller, Get, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { DocumentBuilder } from '@nestjs/swagger';
import {
  APIKeyCookie,
  APIKeyHeader,
  ApiKeyStrategy,
  AuthModule,
  BasicStrategy,
  createSecureDocument,
  Depends,
  describeSecurity,
  DigestStrategy,
  HTTPBasic,
  HTTPBearer,
  HTTPDigest,
  JwtStrategy,
  OAuth2PasswordBearer,
  Scopes,
  Security,
} from 'nestjs-scopes';
import type { AuthModuleOptions, SecurityScheme } from 'nestjs-scopes';
import { ADAPTERS, httpAdapter, start, startError } from '../support/running-app.js';
import { testScheme, TestStrategy } from '../support/tokens.js';

class AnyPassword extends BasicStrategy {
  validate() {
    return { name: 'x' };
  }
}
class AnyKey extends ApiKeyStrategy {
  validate() {
    return { name: 'x' };
  }
}
class AnyDigest extends DigestStrategy {
  constructor() {
    super({ realm: 'x' });
  }
  validate() {
    return null;
  }
}
class WithoutOptions extends JwtStrategy {
  constructor() {
    super(undefined as never);
  }
  validate() {
    return null;
  }
}
class WithoutValidate extends (ApiKeyStrategy as unknown as new () => { validate?: unknown; authenticate(): void }) {}

const key = new APIKeyHeader({ name: 'X-Key' });
const moduleOf = (options: object) => {
  @Module({ imports: [AuthModule.forRoot(options as AuthModuleOptions)] })
  class MistakenModule {}
  return MistakenModule;
};

describe('A strategy that cannot verify what its scheme takes', () => {
  it.each<[string, SecurityScheme, unknown]>([
    ['ApiKeyStrategy for HTTPBasic', new HTTPBasic(), AnyKey],
    ['DigestStrategy for HTTPBasic', new HTTPBasic(), AnyDigest],
    ['BasicStrategy for HTTPDigest', new HTTPDigest(), AnyPassword],
    ['BasicStrategy for APIKeyHeader', key, AnyPassword],
    ['DigestStrategy for HTTPBearer', new HTTPBearer(), AnyDigest],
    ['JwtStrategy for HTTPDigest', new HTTPDigest(), TestStrategy],
    ['one without validate()', key, WithoutValidate],
  ])('stops the application: %s', async (_what, scheme, strategy) => {
    const error = await startError(moduleOf({ schemes: [{ scheme, strategy }] }), 'express');
    expect(error.message).toContain('[unusable-strategy]');
  });

  it('stops the application with its name where super() got no options', async () => {
    const error = await startError(moduleOf({ schemes: [{ scheme: new HTTPBearer(), strategy: WithoutOptions }] }), 'express');
    expect(error.message).toContain('WithoutOptions [invalid-option]: the options are missing');
  });
});

describe('A slip of the pen in options', () => {
  it.each<[string, () => unknown, string]>([
    ["FastAPI's spelling", () => new APIKeyHeader({ name: 'a', auto_error: false } as never), 'auto_error is not an option'],
    ['a letter too few', () => new OAuth2PasswordBearer({ tokenURL: 'token' } as never), 'tokenURL is not an option'],
    ['no options at all', () => new APIKeyHeader(undefined as never), 'the options are undefined'],
    ['an option of a strategy', () => new HTTPDigest({ realm: 'x' } as never), 'realm is not an option'],
    ['an option of AuthModule', () => AuthModule.forRoot({ schemes: [], globl: true } as never), 'globl is not an option'],
    ['global as a text', () => AuthModule.forRoot({ schemes: [], global: 'false' as never }), 'global is of type string'],
    ['an option of a registration', () => AuthModule.forRoot({ schemes: [{ scheme: key, stratgy: AnyKey } as never] }), 'stratgy is not an option'],
    ['a strategy that is undefined', () => AuthModule.forRoot({ schemes: [{ scheme: key, strategy: undefined }] }), 'strategy is undefined, not a class'],
    ['an option of @Security', () => Security(key, { scope: ['a'] } as never), 'scope is not an option'],
    ['scopes of @Security in the place of its options', () => Security(key, ['a'] as never), '0 is not an option'],
    ['an empty key', () => ApiKeyStrategy.hash(''), 'the key is not a text'],
    ['a secret without its password', () => DigestStrategy.ha1('a', 'b', undefined as never), 'give user name, realm and password'],
    ['an unknown hash', () => DigestStrategy.ha1('a', 'b', 'c', 'SHA256' as never), 'a hash of SHA-256'],
  ])('is an error where it stands: %s', (_what, make, message) => {
    expect(make).toThrow(message);
  });
});

class Cheerful extends APIKeyHeader {
  override makeNotAuthenticatedError() {
    return { status: 200, message: 'x', headers: { 'X-Bad': 'a\r\nb', 'X-Good': 'c' } };
  }
}
class Odd extends APIKeyHeader {
  override extract() {
    return { kind: 'verified', user: { name: 'x' }, scopes: [], claims: {} } as never;
  }
}
class Forbidding extends HTTPBearer {
  override makeNotAuthenticatedError() {
    return { status: 403, message: 'Not authenticated' };
  }
}

describe.each(ADAPTERS)('A subclass that answers what it must not, on %s', (adapter) => {
  const [cheerful, odd, forbidding] = [new Cheerful({ name: 'X-A' }), new Odd({ name: 'X-B' }), new Forbidding()];
  const session = new APIKeyCookie({ name: 'session' });
  const unregistered = new HTTPBearer({ schemeName: 'unregistered', autoError: false });

  @Controller()
  class OddController {
    @Get('cheerful') cheerful(@Depends(cheerful) value: unknown) { return { value }; }
    @Get('odd') odd(@Depends(odd) value: unknown) { return { value }; }
    @Get('unregistered') @Security(unregistered) unregistered() { return {}; }
  }
  @Module({ imports: [AuthModule.forRoot({ audit: 'warn', schemes: [cheerful, odd].map((scheme) => ({ scheme })) })], controllers: [OddController] })
  class OddApp {}

  it('lets nobody in, and tells nobody that all is well', async () => {
    const app = await start(OddApp, adapter);
    const { status, headers } = await app.get('/cheerful');
    expect({ status, bad: headers['x-bad'], good: headers['x-good'] }).toEqual({ status: 401, bad: undefined, good: 'c' });
    expect(Object.keys(createSecureDocument(app.app, new DocumentBuilder().build()).paths['/cheerful']?.get?.responses ?? {})).toEqual(['200', '401']);
    expect((await app.get('/odd')).status).toBe(401);
    expect((await app.get('/unregistered')).status).toBe(401);
    await app.close();
  });

  it('is documented with the status that it answers, as is the cookie that another site sends', async () => {
    @Controller()
    class SomeController {
      @Get('forbidding') forbidding(@Depends(forbidding) value: unknown) { return { value }; }
      @Get('session') session(@Depends(session) value: unknown) { return { value }; }
      @Post('session') postSession(@Depends(session) value: unknown) { return { value }; }
    }
    @Module({ imports: [AuthModule.forRoot({ schemes: [{ scheme: forbidding }, { scheme: session }] })], controllers: [SomeController] })
    class SomeApp {}
    const app = await start(SomeApp, adapter);
    const { paths } = createSecureDocument(app.app, new DocumentBuilder().build());
    const statuses = (path: string, method: 'get' | 'post') => Object.keys(paths[path]?.[method]?.responses ?? {});
    expect([statuses('/forbidding', 'get'), statuses('/session', 'get'), statuses('/session', 'post')]).toEqual([['200', '403'], ['200', '401'], ['201', '401', '403']]);
    await app.close();
  });
});

describe.each(ADAPTERS)('An application without AuthModule on %s', (adapter) => {
  @Module({})
  class EmptyModule {}

  it('is told so by what needs it, with the defaults of Nest, which would end the process', async () => {
    const app = await NestFactory.create(EmptyModule, httpAdapter(adapter), { logger: false });
    expect(() => describeSecurity(app)).toThrow('AuthModule is not imported');
    expect(() => createSecureDocument(app, new DocumentBuilder().build())).toThrow('AuthModule is not imported');
    await app.close();
  });
});

it('A strategy that fails is logged with the place, without the message of the error, which may hold a secret', async () => {
  const logged: string[] = [];
  class Failing extends ApiKeyStrategy {
    validate(): never {
      throw new TypeError('postgres://user:password@host');
    }
  }
  class WrongDigest extends DigestStrategy {
    constructor() {
      super({ realm: 'r' });
    }
    validate() {
      return { user: {}, ha1: 'SECRET' };
    }
  }
  const digest = new HTTPDigest();
  @Controller()
  class FailingController {
    @Get('key') @Security(key) key() { return {}; }
    @Get('digest') @Security(digest) digest() { return {}; }
    @Get('scoped') @Scopes('me') scoped() { return {}; }
  }
  @Module({ imports: [AuthModule.forRoot({ schemes: [{ scheme: testScheme(), strategy: TestStrategy }, { scheme: key, strategy: Failing }, { scheme: digest, strategy: WrongDigest }] })], controllers: [FailingController] })
  class FailingApp {}
  const app = await start(FailingApp, 'express', (made) => {
    made.useLogger({ log: () => undefined, warn: () => undefined, error: (message: string) => logged.push(message) });
  });
  const { challenges } = await app.get('/digest');
  const [, nonce = '', opaque = ''] = /nonce="([^"]+)", opaque="([^"]+)"/.exec(challenges[0] ?? '') ?? [];
  const credentials = `Digest username="a", realm="r", uri="/digest", algorithm=SHA-256, nonce="${nonce}", opaque="${opaque}", qop=auth, nc=00000001, cnonce="c", response="${'a'.repeat(64)}"`;
  expect((await app.send({ path: '/key', headers: [['X-Key', 'a']] })).status).toBe(503);
  expect((await app.send({ path: '/digest', headers: [['Authorization', credentials]] })).status).toBe(503);
  expect(logged).toEqual([
    expect.stringMatching(/^Credentials could not be verified for FailingController.key: TypeError\n {4}at Failing.validate/),
    expect.stringContaining("FailingController.digest: validate() returned an ha1 that is not 64 lower-case hexadecimal digits: give DigestStrategy.ha1(username, realm, password, 'SHA-256')"),
  ]);
  expect(logged.join()).not.toMatch(/password@host|SECRET/);
  await app.close();
});
