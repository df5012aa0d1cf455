import { Controller, Get, Module, UseGuards } from '@nestjs/common';
import { AuthModule, describeSecurity, OAuth2PasswordBearer, Public, RequiredScopes, Scopes, ScopesGuard } from 'nestjs-scopes';
import type { SecurityScopes } from 'nestjs-scopes';
import { ADAPTERS, start } from '../support/running-app.js';
import type { RunningApp } from '../support/running-app.js';
import { TestStrategy, tokenWith } from '../support/tokens.js';

const ALL = ['app', 'class', 'class2', 'class-guard', 'method', 'method-guard', 'guard-class', 'outer', 'inner'];
const INHERITANCE = ['base-class', 'base-method', 'base-guard', 'sub-class', 'closed'];

@Scopes('guard-class')
class SubclassedGuard extends ScopesGuard {}

@Controller('levels')
@Scopes('class', 'class2')
@UseGuards(ScopesGuard.with('class-guard'))
class LevelsController {
  @Get('all')
  @Scopes('method', 'class')
  @UseGuards(ScopesGuard.with('method-guard', 'class2'), SubclassedGuard)
  all(@RequiredScopes() required: SecurityScopes) {
    return required.scopes;
  }

  @Get('stacked')
  @Scopes('outer')
  @Scopes('inner')
  stacked(@RequiredScopes() required: SecurityScopes) {
    return required.scopes;
  }

  @Get('public')
  @Public()
  open(@RequiredScopes() required: SecurityScopes) {
    return required.scopes;
  }
}

@Scopes('base-class')
abstract class Base {
  @Get('inherited')
  @Scopes('base-method')
  inherited(@RequiredScopes() required: SecurityScopes) {
    return required.scopes;
  }

  @Get('overridden')
  @Scopes('base-method')
  @UseGuards(ScopesGuard.with('base-guard'))
  overridden(@RequiredScopes() required: SecurityScopes) {
    return required.scopes;
  }

  @Get('opened')
  @Scopes('base-method')
  opened() {
    return ['closed'];
  }
}

@Controller('sub')
@Scopes('sub-class')
class SubController extends Base {
  @Get('overridden')
  override overridden(@RequiredScopes() required: SecurityScopes) {
    return required.scopes;
  }

  @Get('opened')
  @Public()
  override opened() {
    return [];
  }
}

@Controller('sibling')
class SiblingController extends Base {}

/** Nothing of the subclass below binds a guard: what the overridden method requires must hold all the same. */
abstract class OnlyMethods {
  @Get('overridden')
  @Scopes('base-method')
  overridden() {
    return ['base'];
  }
}
@Controller('bare')
class BareController extends OnlyMethods {
  @Get('overridden')
  override overridden() {
    return ['sub'];
  }
}

@Public()
abstract class PublicBase {
  @Get('inherited')
  inherited() {
    return [];
  }
}
@Controller('public-sub')
class PublicSubController extends PublicBase {
  @Get('new')
  added() {
    return [];
  }
}
@Controller('closed-sub')
@Scopes('closed')
class ClosedSubController extends PublicBase {}

function appModule(options: { scopes?: readonly string[] }) {
  const scheme = new OAuth2PasswordBearer({ tokenUrl: 'token', scopes: Object.fromEntries([...ALL, ...INHERITANCE].map((scope) => [scope, 'Test.'])) });
  @Module({
    imports: [AuthModule.forRoot({ schemes: [{ scheme, strategy: TestStrategy }], ...options })],
    controllers: [LevelsController, SubController, SiblingController, BareController, PublicSubController, ClosedSubController],
  })
  class AppModule {}
  return AppModule;
}

const CASES: readonly (readonly [path: string, scopes: readonly string[], because: string])[] = [
  ['/levels/all', ['app', 'class', 'class2', 'class-guard', 'method-guard', 'guard-class', 'method'], 'app, class, guard arguments in binding order, method; each once, first place kept'],
  ['/levels/stacked', ['app', 'class', 'class2', 'class-guard', 'outer', 'inner'], 'decorators on one method add up, outermost first'],
  ['/sub/inherited', ['app', 'base-class', 'sub-class', 'base-method'], 'base classes come before subclasses'],
  ['/sub/overridden', ['app', 'base-class', 'sub-class', 'base-guard', 'base-method'], 'an overriding method keeps the requirement of the overridden one'],
  ['/sibling/inherited', ['app', 'base-class', 'base-method'], 'controllers that share a function have requirements of their own'],
  ['/closed-sub/inherited', ['app', 'closed'], 'a subclass that asks for more outweighs the base class being public'],
];

describe.each(ADAPTERS)('Scopes from every level, on %s', (adapter) => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await start(appModule({ scopes: ['app'] }), adapter);
  });
  afterAll(() => app.close());

  it.each(CASES)('%s requires %j: %s', async (path, scopes) => {
    const allowed = await app.get(path, await tokenWith(scopes.join(' ')));
    expect(allowed.status).toBe(200);
    if (allowed.json.length > 0) expect(allowed.json).toEqual(scopes);
    for (const missing of scopes) {
      const refused = await app.get(path, await tokenWith(scopes.filter((scope) => scope !== missing).join(' ')));
      expect([missing, refused.status]).toEqual([missing, 403]);
      expect(refused.challenges).toEqual([`Bearer realm="api", error="insufficient_scope", scope="${scopes.join(' ')}"`]);
    }
    expect((await app.get(path)).status).toBe(401);
  });

  it('enforces what an overridden method requires where no decorator of the subclass binds a guard', async () => {
    expect((await app.get('/bare/overridden')).status).toBe(401);
    expect((await app.get('/bare/overridden', await tokenWith('app'))).status).toBe(403);
    expect((await app.get('/bare/overridden', await tokenWith('app base-method'))).json).toEqual(['sub']);
  });

  it.each(['/levels/public', '/sub/opened', '/public-sub/inherited'])('%s is open to everybody, and requires nothing', async (path) => {
    const response = await app.get(path);
    expect(response.status).toBe(200);
    expect(response.json).toEqual([]);
  });

  it('does not extend the @Public() of a base class to the new routes of a subclass', async () => {
    expect((await app.get('/public-sub/new')).status).toBe(401);
    expect((await app.get('/public-sub/new', await tokenWith('app'))).status).toBe(200);
  });

  it('tells for every part where it was declared', () => {
    const row = describeSecurity(app.app).find(({ path }) => path === '/levels/all');
    expect(row?.sources).toEqual([
      { level: 'app', declaredBy: 'AuthModule.forRoot', decorator: 'scopes', scheme: null, scopes: ['app'] },
      { level: 'class', declaredBy: 'LevelsController', decorator: '@Scopes', scheme: null, scopes: ['class', 'class2'] },
      { level: 'guard', declaredBy: 'LevelsController', decorator: 'ScopesGuard.with(class-guard)', scheme: null, scopes: ['class-guard'] },
      { level: 'guard', declaredBy: 'LevelsController.all', decorator: 'ScopesGuard.with(method-guard, class2)', scheme: null, scopes: ['method-guard', 'class2'] },
      { level: 'guard', declaredBy: 'LevelsController.all', decorator: 'SubclassedGuard', scheme: null, scopes: ['guard-class'] },
      { level: 'method', declaredBy: 'LevelsController.all', decorator: '@Scopes', scheme: null, scopes: ['method', 'class'] },
    ]);
  });
});

describe.each(ADAPTERS)('Without scopes for the whole application, on %s', (adapter) => {
  it('leaves a new route of a subclass of a public class open, as nothing is said about it', async () => {
    const app = await start(appModule({}), adapter);
    expect((await app.get('/public-sub/new')).status).toBe(200);
    expect(describeSecurity(app.app).find(({ path }) => path === '/public-sub/new')?.access).toBe('open');
    expect(describeSecurity(app.app).find(({ path }) => path === '/public-sub/inherited')?.access).toBe('public');
    await app.close();
  });
});
