import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, installLibrary, runCommand } from '../support/installed-library.js';
import { SOURCES } from '../support/reported-app.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const FILE = 'dist/app.module.js';
const LOCK = 'security.lock.json';

describe('The lock file', () => {
  const folder = temporaryFolder();
  const lock = join(folder, LOCK);
  const change = (from: string, to: string): void => {
    build(folder, { ...SOURCES, 'users.controller.ts': (SOURCES['users.controller.ts'] ?? '').replace(from, to) }, { compiler: 'swc', modules: 'esm' });
  };
  const check = () => runCommand(folder, 'report', FILE, '--check', LOCK);
  let written: string;
  beforeAll(async () => {
    installLibrary(folder);
    change('', '');
    await runCommand(folder, 'report', FILE, '--update', LOCK);
    written = readFileSync(lock, 'utf8');
  });
  beforeEach(() => {
    change('', '');
    writeFileSync(lock, written);
  });

  it('has one line per route, sorted by path, and nothing of the machine', () => {
    expect(written).toBe(`{
  "version": 1,
  "routes": [
    {"route":"GET /health","access":"open","handler":"HealthController.read"},
    {"route":"GET /users","access":"protected","security":[{"oauth2":["items","me"]}],"checks":["CurrentUser"],"handler":"UsersController.read"},
    {"route":"GET /users/base","access":"protected","security":[{"oauth2":["items","me"]}],"handler":"UsersController.base"},
    {"route":"GET /users/help","access":"public","handler":"UsersController.help"},
    {"route":"GET /users/key","access":"protected","security":[{"apiKey":["me"]}],"handler":"UsersController.key"}
  ]
}
`);
  });

  it('is written over a lock file alone, whatever is wrong with that', async () => {
    writeFileSync(join(folder, 'other.json'), '{ "name": "an application", "version": "1.0.0" }');
    const refused = await runCommand(folder, 'report', FILE, '--update', 'other.json');
    expect([refused.exitCode, refused.stderr]).toEqual([2, expect.stringContaining('other.json is there and is no lock file: it is left as it is')]);
    expect(readFileSync(join(folder, 'other.json'), 'utf8')).toContain('an application');
    writeFileSync(lock, `<<<<<<< ours\n${written}=======\n${written}>>>>>>> theirs\n`);
    expect((await runCommand(folder, 'report', FILE, '--update', LOCK)).exitCode).toBe(0);
    expect(readFileSync(lock, 'utf8')).toBe(written);
  });

  it('is not checked where the application ends the process', async () => {
    build(folder, { ...SOURCES, 'ends.ts': 'export function createApp() { process.exit(0); }\n' }, { compiler: 'swc', modules: 'esm' });
    expect((await runCommand(folder, 'report', 'dist/ends.js', '--check', LOCK)).exitCode).toBe(2);
  });

  it('agrees with the application it was written for, also where decorators have changed places', async () => {
    expect(await check()).toEqual({ exitCode: 0, stdout: `No change since ${LOCK}.\n`, stderr: '' });
    change("@Get('base')\n  @Scopes('items')", "@Scopes('items')\n  @Get('base')");
    expect((await check()).stdout).toBe(`No change since ${LOCK}.\n`);
  });

  it.each([
    { because: 'a scope was taken away', from: "@Scopes('items')\n", to: '', line: 'weakened  GET /users/base  was: oauth2(items, me)  now: oauth2(me)  [UsersController.base, src/users.controller.ts:12]', exitCode: 1 },
    { because: 'a route was made public', from: "@Security(apiKey)\n", to: '@Public()\n', line: 'weakened  GET /users/key  was: apiKey(me)  now: anybody (public)  [UsersController.key, src/users.controller.ts:26]', exitCode: 1 },
    { because: 'an open route was added', from: '@Get() read() {}', to: "@Get() read() {}\n  @Get('more') more() {}", line: 'new public  GET /health/more  anybody (open)  [HealthController.more, src/users.controller.ts:35]', exitCode: 1 },
    { because: 'a scope was added', from: "@Scopes('me')", to: "@Scopes('me', 'items')", line: 'tightened  GET /users/key  was: apiKey(me)  now: apiKey(items, me)  [UsersController.key, src/users.controller.ts:26]', exitCode: 0 },
    { because: 'a route went away', from: "@Get('base')", to: '', line: 'gone  GET /users/base  was: oauth2(items, me)  [UsersController.base]', exitCode: 0 },
    { because: 'a protected route was added', from: "@Get('key')", to: "@Get('new') @Scopes('items') added() {}\n  @Get('key')", line: 'new  GET /users/new  oauth2(me, items)  [UsersController.added, src/users.controller.ts:24]', exitCode: 0 },
  ])('tells that $because', async ({ from, to, line, exitCode }) => {
    change(from, to);
    const answer = await check();
    expect(answer.stdout.split('\n').map((each) => each.replace(/ {2,}/g, '  '))).toContain(line.replace('oauth2(me, items)', 'oauth2(items, me)'));
    expect(answer.exitCode).toBe(exitCode);
  });

  it('decides alone, where the configuration has mistakes, which are told', async () => {
    change('@Public()', '@Public() @Scopes()');
    const { exitCode, stdout, stderr } = await check();
    expect(stdout).toMatch(/^tightened {2}GET \/users\/help {2}was: anybody \(public\) {2}now: oauth2\(me\)/);
    expect(stderr).toContain('UsersController.help [public-with-requirement]');
    expect(exitCode).toBe(0);
  });

  it.each([
    { because: 'it is missing', file: 'none.json', content: null, says: 'The lock file none.json is missing.' },
    { because: 'a merge left its marks', file: LOCK, content: '<<<<<<< HEAD\n{}', says: 'security.lock.json has the marks of a merge conflict.' },
    { because: 'it is of another version', file: LOCK, content: '{ "version": 2, "routes": [] }', says: 'security.lock.json has the version 2; this command reads version 1.' },
    { because: 'a route cannot be read', file: LOCK, content: '{ "version": 1, "routes": [{ "route": "GET /" }] }', says: 'Route 1 of security.lock.json cannot be read.' },
    { because: 'a route has an unknown access', file: LOCK, content: '{ "version": 1, "routes": [{ "route": "GET /", "access": "safe", "handler": "A.b" }] }', says: 'Route 1 of security.lock.json cannot be read.' },
  ])('is refused with the mend where $because', async ({ file, content, says }) => {
    if (content !== null) writeFileSync(lock, content);
    const { exitCode, stderr } = await runCommand(folder, 'report', FILE, '--check', file);
    expect(stderr).toContain(says);
    expect(stderr).toContain(`--update ${file}`);
    expect(exitCode).toBe(2);
  });

  it('is written with --update, which accepts what has changed', async () => {
    change("@Scopes('items')\n", '');
    expect(await runCommand(folder, 'report', FILE, '--update', LOCK)).toEqual({ exitCode: 0, stdout: `Wrote ${LOCK}: 5 routes: 3 protected, 1 public, 1 open.\n`, stderr: '' });
    expect((await check()).exitCode).toBe(0);
  });
});
