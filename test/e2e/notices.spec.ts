import { Controller, Get, Logger, Module, Post, VersioningType } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { AuthModule, BasicStrategy, HTTPBasic, protectDocs, Public, Scopes } from 'nestjs-scopes';
import { ADAPTERS, start } from '../support/running-app.js';
import type { Adapter, SetUp } from '../support/running-app.js';
import { testScheme, TestStrategy } from '../support/tokens.js';

@Controller({ path: 'silent', version: '1' })
class SilentController {
  @Get() read() {}
  @Post(['a', 'b']) several() {}
}
@Controller('cats')
class CatsController {
  @Get() @Scopes('me') read() {}
  @Get('public') @Public() open() {}
}

const basic = new HTTPBasic();
class AnybodyStrategy extends BasicStrategy {
  validate(name: string) {
    return { name };
  }
}

function appModule(controllers: Type[], global: boolean) {
  const schemes = [{ scheme: testScheme(), strategy: TestStrategy }, { scheme: basic, strategy: AnybodyStrategy }];
  @Module({ imports: [AuthModule.forRoot({ schemes, global })], controllers })
  class AppModule {}
  return AppModule;
}

/** What AuthModule warns of while the application starts. */
async function warnings(module: Type, adapter: Adapter, setUp: SetUp = () => undefined): Promise<readonly string[]> {
  const found: string[] = [];
  const app = await start(module, adapter, (nest) => {
    nest.useLogger({ log: () => undefined, error: () => undefined, warn: (text: string, context: string) => { if (context === 'AuthModule') found.push(text); } });
    return setUp(nest);
  });
  await app.close();
  Logger.overrideLogger(false);
  return found;
}

const docs: SetUp = (app) => { SwaggerModule.setup('docs', app, SwaggerModule.createDocument(app, new DocumentBuilder().build())); };
const protectedDocs: SetUp = (app) => { SwaggerModule.setup('docs', protectDocs(app, basic), SwaggerModule.createDocument(app, new DocumentBuilder().build())); };

describe.each(ADAPTERS)('What is told at start, on %s', (adapter) => {
  it('NST-09: a route beside a page that protectDocs guards', async () => {
    const [text = ''] = await warnings(appModule([], true), adapter, (app) => {
      void protectedDocs(app);
      app.getHttpAdapter().get('/docs/dump', () => undefined);
      app.getHttpAdapter().post('/docs', () => undefined);
    });
    expect(text.split('\n').slice(1)).toEqual(['  GET /docs/dump', '  POST /docs']);
  });

  it('NST-01: a line for each route that nothing covers, with what to do', async () => {
    const told = await warnings(appModule([SilentController, CatsController], false), adapter, (app) => void app.setGlobalPrefix('api').enableVersioning({ type: VersioningType.URI }));
    expect(told).toEqual([[
      '3 routes are open: nothing of this library covers them. Add @Scopes(...) or @Security(...), or @Public() where everybody may call them:',
      '  GET /api/v1/silent  SilentController.read',
      '  POST /api/v1/silent/a  SilentController.several',
      '  POST /api/v1/silent/b  SilentController.several',
    ].join('\n')]);
  });

  it('nothing where every route is covered or public', async () => {
    expect(await warnings(appModule([CatsController], false), adapter)).toEqual([]);
    expect(await warnings(appModule([CatsController], true), adapter)).toEqual([]);
  });

  it('NST-09: under global: true a line for each route that guards do not see', async () => {
    const [told, ...others] = await warnings(appModule([CatsController], true), adapter, docs);
    expect(others).toEqual([]);
    expect(told).toContain('not seen by guards: no controller has them. Register them with protectDocs(app, scheme)');
    for (const path of ['/docs', '/docs-json', '/docs-yaml', '/docs/swagger-ui-init.js']) expect(told?.split('\n')).toContain(`  GET ${path}`);
  });

  it('nothing of them without global: true, and nothing of what protectDocs guards', async () => {
    expect(await warnings(appModule([CatsController], false), adapter, docs)).toEqual([]);
    expect(await warnings(appModule([CatsController], true), adapter, protectedDocs)).toEqual([]);
  });

  it('a protected page does not hide what stands elsewhere', async () => {
    const told = await warnings(appModule([CatsController], true), adapter, async (app) => {
      await protectedDocs(app);
      app.use('/docsy', (_request: unknown, _response: unknown, next: () => void) => { next(); });
    });
    expect(told.join('\n').split('\n').slice(1)).toEqual(['  ALL /docsy']);
  });
});
