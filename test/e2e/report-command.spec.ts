import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, installLibrary, runCommand } from '../support/installed-library.js';
import { SOURCES } from '../support/reported-app.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const FILE = 'dist/app.module.js';

interface Source { readonly decorator: string; readonly declaredBy: string; readonly file: string }

/** What is not a decorator of the class or the method itself. A class that is not exported is placed at its first decorator by swc. */
const LEVELS = `import { Controller, Get, Injectable, Module, UseGuards } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AuthModule, Scopes, ScopesGuard, Security } from 'nestjs-scopes';
import { wrapped } from './wrapped.js';
import { oauth2, UserStrategy } from './security.js';

@Scopes('items')
class AdminGuard extends ScopesGuard {}

@Injectable()
class Verify {
  resolve() {}
}

@Controller('levels')
@UseGuards(ScopesGuard.with('items'))
class LevelsController {
  @Get()
  @wrapped
  @Security(Verify)
  read() {}
}

@Module({
  imports: [AuthModule.forRoot({ scopes: ['me'], schemes: [{ scheme: oauth2, strategy: UserStrategy }] })],
  controllers: [LevelsController], providers: [Verify, { provide: APP_GUARD, useClass: AdminGuard }] })
export class AppModule {}
`;

/** Puts a function of its own in the method's place, with its metadata, as tracing decorators do. */
const WRAPPED = `export function wrapped(_target: object, _key: string, descriptor: PropertyDescriptor) {
  const { value } = descriptor;
  descriptor.value = function () { return value.call(this); };
  for (const key of Reflect.getMetadataKeys(value)) Reflect.defineMetadata(key, Reflect.getMetadata(key, value), descriptor.value);
}
`;

describe.each([
  { compiler: 'swc', modules: 'esm' },
  { compiler: 'tsc', modules: 'esm' },
  { compiler: 'tsc', modules: 'commonjs' },
] as const)('nestjs-scopes report, of $modules built by $compiler', (how) => {
  const folder = temporaryFolder();
  beforeAll(() => {
    installLibrary(folder);
    build(folder, SOURCES, how);
  });

  it('names the file and line of every declaration', async () => {
    const { exitCode, stdout } = await runCommand(folder, 'report', FILE, '--format', 'json');
    const { routes } = JSON.parse(stdout) as { routes: { path: string; file: string; requirement: string; sources: Source[] }[] };
    const placed = routes.map(({ path, requirement, file, sources }) => [path, requirement, file, ...sources.map(({ decorator, declaredBy, file: place }) => `${decorator} ${declaredBy} ${place}`)]);
    const users = 'src/users.controller.ts';
    const ofClass = `@Scopes UsersController ${users}:18`;
    expect(placed).toEqual([
      ['/users', 'oauth2(me, items)', `${users}:22`, ofClass, `@Security UsersController.read ${users}:22`, `@Depends CurrentUser.resolve ${users}:7`],
      ['/users/key', 'apiKey(me)', `${users}:26`, ofClass, `@Security UsersController.key ${users}:26`],
      ['/users/help', 'anybody', `${users}:30`, `@Public UsersController.help ${users}:30`, ofClass],
      ['/users/base', 'oauth2(me, items)', `${users}:13`, ofClass, `@Scopes Base.base ${users}:13`],
      ['/health', 'anybody', `${users}:34`],
    ]);
    expect(exitCode).toBe(0);
  });
});

describe('nestjs-scopes report', () => {
  const folder = temporaryFolder();
  const module = (name: string, code: string): string => {
    writeFileSync(join(folder, 'dist', name), code);
    return `dist/${name}`;
  };
  beforeAll(() => {
    installLibrary(folder);
    build(folder, SOURCES, { compiler: 'swc', modules: 'esm' });
  });

  it('prints a table for people', async () => {
    const { exitCode, stdout, stderr } = await runCommand(folder, 'report', FILE);
    expect(stdout).toMatch(/^METHOD +PATH +ACCESS +REQUIRES +DECLARED BY\nGET +\/users +protected +oauth2\(me, items\) +@Scopes\(me\) on UsersController, src\/users\.controller\.ts:18\n/);
    expect(stdout).toMatch(/^GET +\/health +open +anybody +HealthController\.read, src\/users\.controller\.ts:34$/m);
    expect(stdout).toMatch(/\n5 routes: 3 protected, 1 public, 1 open\n$/);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  });

  it.each([
    { format: 'markdown', holds: '| `GET /users` | protected | oauth2(me, items) |' },
    { format: 'html', holds: '<code class="path">/users/base</code>' },
  ])('prints $format', async ({ format, holds }) => {
    const { exitCode, stdout } = await runCommand(folder, 'report', FILE, '--format', format);
    expect(stdout).toContain(holds);
    expect(exitCode).toBe(0);
  });

  it('prefers createApp(), which sets prefix and versions, and keeps what the application logs off the report', async () => {
    const file = module('create-app.js', `import { NestFactory } from '@nestjs/core';
      import { AppModule } from './app.module.js';
      export { AppModule };
      export async function createApp() { console.log('connected'); const app = await NestFactory.create(AppModule); app.setGlobalPrefix('api'); return app; }`);
    const { exitCode, stdout, stderr } = await runCommand(folder, 'report', file, '--format', 'json');
    expect((JSON.parse(stdout) as { routes: { path: string }[] }).routes.map(({ path }) => path)).toContain('/api/users/base');
    expect(stderr).toContain('connected');
    expect(exitCode).toBe(0);
  });

  it('reports an application that its mistakes keep from starting, then tells them and fails', async () => {
    const file = module('mistaken.js', `import { Module } from '@nestjs/common';
      import { AuthModule } from 'nestjs-scopes';
      import { oauth2, UserStrategy } from './security.js';
      import { HealthController } from './users.controller.js';
      export class AppModule {}
      Module({ imports: [AuthModule.forRoot({ schemes: [{ scheme: oauth2, strategy: UserStrategy }], global: true })], controllers: [HealthController] })(AppModule);`);
    const { exitCode, stdout, stderr } = await runCommand(folder, 'report', file);
    expect(stdout).toMatch(/GET +\/health +denied +nobody/);
    expect(stderr).toMatch(/^1 mistake in the security configuration:\n {2}1\. HealthController\.read \[undeclared-route\]/);
    expect(exitCode).toBe(1);
  });

  it('names the file of what guards, the application and a method with a wrapper say', async () => {
    build(folder, { ...SOURCES, 'levels.ts': LEVELS, 'wrapped.ts': WRAPPED }, { compiler: 'swc', modules: 'esm' });
    const { stdout } = await runCommand(folder, 'report', 'dist/levels.js', '--format', 'json');
    const { routes } = JSON.parse(stdout) as { routes: { requirement: string; sources: Source[] }[] };
    expect(routes.map(({ requirement }) => requirement)).toEqual(['oauth2(me, items) and Verify.resolve()']);
    expect(routes.flatMap(({ sources }) => sources).map(({ decorator, declaredBy, file }) => `${decorator} ${declaredBy} ${file}`)).toEqual([
      'scopes AuthModule.forRoot src/levels.ts:27',
      'AdminGuard APP_GUARD src/levels.ts:7',
      'ScopesGuard.with(items) LevelsController src/levels.ts:15',
      '@Security LevelsController.read src/levels.ts:15',
    ]);
  });

  it('says in words what guards carry', async () => {
    const { stdout } = await runCommand(folder, 'report', 'dist/levels.js');
    expect(stdout.split('\n').slice(1, 5).map((line) => line.trim().replace(/^.*resolve\(\) +/, ''))).toEqual([
      'scopes(me) on AuthModule.forRoot, src/levels.ts:27',
      'AdminGuard(items) on APP_GUARD, src/levels.ts:7',
      'ScopesGuard.with(items) on LevelsController, src/levels.ts:15',
      '@Security(Verify) on LevelsController.read, src/levels.ts:15',
    ]);
  });

  it('ends although the application keeps something open and does not close', async () => {
    const file = module('open.js', `import { AppModule } from './app.module.js';
      import { NestFactory } from '@nestjs/core';
      setInterval(() => undefined, 1000);
      export async function createApp() { const app = await NestFactory.create(AppModule); app.close = () => new Promise(() => undefined); return app; }`);
    expect((await runCommand(folder, 'report', file)).exitCode).toBe(0);
  });

  it.each([
    { because: 'there is no such file', code: null, argv: [], says: /^nestjs-scopes: There is no file dist\/case\.js\. Build the application first/ },
    { because: 'it does not load', code: 'throw new Error("no configuration")', argv: [], says: /dist\/case\.js cannot be loaded: no configuration\n\(--verbose shows the stack\)/ },
    { because: 'it exports no module', code: 'export const port = 3000;', argv: [], says: /exports no class with @Module.*It exports port\./ },
    { because: 'several modules are exported', code: 'import { Module } from "@nestjs/common"; export class A {} export class B {} Module({ providers: [] })(A); Module({ providers: [] })(B);', argv: [], says: /several modules: A, B\. Say which one is the root module: --export A/ },
    { because: 'the export is missing', code: 'export const port = 3000;', argv: ['--export', 'App'], says: /exports nothing called App\. It exports port\./ },
    { because: 'AuthModule is not imported', code: 'import { Module } from "@nestjs/common"; export class A {} Module({ providers: [] })(A);', argv: [], says: /AuthModule is not imported\n {5}Mend: add AuthModule\.forRoot/ },
    { because: 'createApp() fails', code: 'export function createApp() { throw new Error("no database"); }', argv: [], says: /createApp\(\) of dist\/case\.js failed: no database/ },
    { because: 'createApp() returns something else', code: 'export function createApp() { return 1; }', argv: [], says: /returns no Nest application/ },
  ])('says what to do, without a stack, where $because', async ({ code, argv, says }) => {
    const file = code === null ? 'dist/case.js' : module(`case-${String(argv.length)}-${String(code.length)}.js`, code);
    const { exitCode, stdout, stderr } = await runCommand(folder, 'report', file, ...argv);
    expect(stderr.replaceAll(file, 'dist/case.js')).toMatch(says);
    expect(stderr).not.toMatch(/^ {4}at /m);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  });

  it('shows the stack when asked', async () => {
    const { stderr } = await runCommand(folder, 'report', module('failing.js', 'throw new Error("no configuration")'), '--verbose');
    expect(stderr).toMatch(/^ +at .*failing\.js:1/m);
  });

  it.each([
    { argv: [], says: 'Say what to do' },
    { argv: ['audit'], says: '"audit" is not a command' },
    { argv: ['report'], says: 'Name the file' },
    { argv: ['report', 'a.js', 'b.js'], says: 'Give one file; "b.js" is too many' },
    { argv: ['report', FILE, '--format', 'xml'], says: '--format is "xml"; give table, json, markdown, html.' },
    { argv: ['report', FILE, '--colour'], says: "Unknown option '--colour'" },
    { argv: ['report', FILE, '--check', 'a', '--update', 'b'], says: 'Give --check or --update, not both' },
    { argv: ['report', FILE, '--check', 'a', '--format', 'html'], says: '--format is for the report' },
  ])('refuses $argv with one line and the usage', async ({ argv, says }) => {
    const { exitCode, stdout, stderr } = await runCommand(folder, ...argv);
    expect(stderr.split('\n')[0]).toContain(says);
    expect(stderr).toContain('Usage: nestjs-scopes report FILE [options]');
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  });

  it('explains itself', async () => {
    const { exitCode, stdout } = await runCommand(folder, '--help');
    expect(stdout).toMatch(/^Usage: nestjs-scopes report FILE \[options\]/);
    expect(exitCode).toBe(0);
  });
});
