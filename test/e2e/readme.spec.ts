import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileReadme } from '../support/compile-readme.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const SCHEME = ['```ts', '// security.ts', "import { OAuth2PasswordBearer } from 'nestjs-scopes';", "export const oauth2 = new OAuth2PasswordBearer({ tokenUrl: 'token' });", '```'];
const CONTROLLER = [
  '```ts',
  "import { Controller, Get } from '@nestjs/common';",
  "import { Security } from 'nestjs-scopes';",
  "import { oauth2 } from './security.js';",
  "@Controller('a')",
  'class A {',
  '  @Get() @Security(oauth2) read(): string {',
  "    return '';",
  '  }',
  '}',
  '```',
];

describe.each(['README.md', 'docs/identity-providers.md'])('%s', (page) => {
  const { blocks, problems } = compileReadme(fileURLToPath(new URL(`../../${page}`, import.meta.url)));

  it('shows TypeScript', () => {
    expect(blocks).toBeGreaterThan(0);
  });

  it('shows only TypeScript that compiles, strictly, against the library', () => {
    expect(problems).toEqual([]);
  });
});

describe('the compiler of README.md', () => {
  const readme = join(temporaryFolder(), 'README.md');
  const compiled = (...lines: readonly string[]) => {
    writeFileSync(readme, lines.join('\n'));
    return compileReadme(readme);
  };

  it.each([
    { name: 'blocks of one section import each other by their names', lines: ['# A', '## B', ...SCHEME, '### C', ...CONTROLLER], blocks: 2 },
    { name: 'a block without a name stands for itself', lines: ['```ts', 'const a = 1;', '```', '```ts', 'const a = 2;', '```'], blocks: 2 },
    { name: 'another section may use a name again', lines: ['## A', ...SCHEME, '## B', ...SCHEME], blocks: 2 },
    { name: 'top-level await compiles', lines: ['```ts', "await import('node:fs');", '```'], blocks: 1 },
    { name: 'a README without TypeScript has no block', lines: ['# A', '```sh', 'npm ci', '```', '```typescript', 'a sketch { ... }', '```'], blocks: 0 },
  ])('accepts that $name', ({ lines, blocks }) => {
    expect(compiled(...lines)).toEqual({ blocks, problems: [] });
  });

  it.each([
    { lines: ['```ts', 'const a: string = 1;', '```'], problem: "README.md:2: Type 'number' is not assignable to type 'string'.", because: 'a type is wrong' },
    { lines: ['```ts', 'const a = ;', '```'], problem: 'README.md:2: Expression expected.', because: 'it is no TypeScript' },
    { lines: ['```ts', 'const a = (b) => b;', '```'], problem: "README.md:2: Parameter 'b' implicitly has an 'any' type.", because: 'it is not strict' },
    { lines: ['```ts', '', "import { Guard } from 'nestjs-scopes';", '```'], problem: 'README.md:3: Module \'"nestjs-scopes"\' has no exported member \'Guard\'.', because: 'the library has no such export' },
    { lines: ['## A', ...SCHEME, '## B', ...CONTROLLER], problem: "README.md:11: Cannot find module './security.js' or its corresponding type declarations.", because: 'the block it imports is in another section' },
    { lines: ['## A', ...SCHEME, ...SCHEME], problem: 'README.md:2: another block of this section has the same file name', because: 'nobody knows which block of that name is meant' },
  ])('finds the block where $because', ({ lines, problem }) => {
    expect(compiled(...lines).problems).toEqual([problem]);
  });
});
