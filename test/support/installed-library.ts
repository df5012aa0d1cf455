import { transformFileSync, transformSync } from '@swc/core';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import type { EndedProcess } from './demo-process.js';
import { swc } from './swc.mjs';

const WORKSPACE = fileURLToPath(new URL('../../', import.meta.url));
const LIBRARY = join(WORKSPACE, 'libs/auth');

/** How an application is built: its compiler, and the kind of modules. */
export interface Build {
  readonly compiler: 'swc' | 'tsc';
  readonly modules: 'esm' | 'commonjs';
}

/** Puts the library and its command into a folder, as an installation does. */
export function installLibrary(folder: string): void {
  const modules = join(folder, 'node_modules');
  mkdirSync(join(modules, '.bin'), { recursive: true });
  for (const name of readdirSync(join(WORKSPACE, 'node_modules'))) {
    if (!name.startsWith('.') && name !== 'nestjs-scopes') symlinkSync(join(WORKSPACE, 'node_modules', name), join(modules, name));
  }
  const own = join(modules, 'nestjs-scopes');
  mkdirSync(own);
  if (existsSync(join(LIBRARY, 'node_modules'))) symlinkSync(join(LIBRARY, 'node_modules'), join(own, 'node_modules'));
  const manifest = readFileSync(join(LIBRARY, 'package.json'), 'utf8');
  writeFileSync(join(own, 'package.json'), manifest);
  for (const name of readdirSync(join(LIBRARY, 'src'), { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts') || name.endsWith('.spec.ts')) continue;
    write(join(own, 'dist', name.replace(/\.ts$/, '.js')), transformFileSync(join(LIBRARY, 'src', name), swc).code);
  }
  const { bin } = JSON.parse(manifest) as { bin: Record<string, string> };
  const command = join(own, bin['nestjs-scopes'] ?? '');
  chmodSync(command, 0o755);
  symlinkSync(command, join(modules, '.bin/nestjs-scopes'));
}

/** Builds an application: `src/name.ts` to `dist/name.js`, with a source map. */
export function build(folder: string, sources: Readonly<Record<string, string>>, { compiler, modules }: Build): void {
  write(join(folder, 'package.json'), JSON.stringify({ type: modules === 'esm' ? 'module' : 'commonjs' }));
  for (const [name, source] of Object.entries(sources)) {
    const built = name.replace(/\.ts$/, '.js');
    const { code, map } = (compiler === 'swc' ? builtBySwc : builtByTsc)(name, source, modules);
    write(join(folder, 'src', name), source);
    write(join(folder, 'dist', built), `${code.replace(/\n\/\/# sourceMappingURL=.*$/m, '')}\n//# sourceMappingURL=${built}.map\n`);
    write(join(folder, 'dist', `${built}.map`), JSON.stringify({ ...(JSON.parse(map) as object), sources: [`../src/${name}`], sourceRoot: undefined }));
  }
}

/** Runs `npx nestjs-scopes` in a folder. */
export async function runCommand(folder: string, ...argv: readonly string[]): Promise<EndedProcess> {
  const child = spawn(join(folder, 'node_modules/.bin/nestjs-scopes'), argv, { cwd: folder, env: { PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}` } });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return { exitCode: child.exitCode, stdout, stderr };
}

interface Built {
  readonly code: string;
  readonly map: string;
}

function builtBySwc(name: string, source: string, modules: Build['modules']): Built {
  const { code, map } = transformSync(source, { ...swc, filename: name, sourceMaps: true, module: { type: modules === 'esm' ? 'es6' : 'commonjs' } });
  return { code, map: map ?? '' };
}

function builtByTsc(name: string, source: string, modules: Build['modules']): Built {
  const module = modules === 'esm' ? ts.ModuleKind.ESNext : ts.ModuleKind.CommonJS;
  const compilerOptions = { module, target: ts.ScriptTarget.ES2023, sourceMap: true, experimentalDecorators: true, emitDecoratorMetadata: true, useDefineForClassFields: false };
  const { outputText, sourceMapText } = ts.transpileModule(source, { fileName: name, compilerOptions });
  return { code: outputText, map: sourceMapText ?? '' };
}

function write(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}
