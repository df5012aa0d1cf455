// Lets Node run the TypeScript of this workspace as it stands, so that a test of a whole process needs no build:
// node --import ./test/support/run-typescript.mjs apps/demo/src/main.ts
import { transformFile } from '@swc/core';
import { register } from 'node:module';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';
import { swc } from './swc.mjs';

const source = (path) => new URL(`../../libs/auth/src/${path}`, import.meta.url).href;
const doors = { 'nestjs-scopes': source('index.ts'), 'nestjs-scopes/testing': source('testing/index.ts') };

// Node reads this file twice: as what --import names, and in the thread of the two functions below.
if (isMainThread) register(import.meta.url);

export function resolve(specifier, context, next) {
  if (Object.hasOwn(doors, specifier)) return { url: doors[specifier], shortCircuit: true };
  const isOurs = specifier.startsWith('.') && context.parentURL?.endsWith('.ts');
  // Relative imports are written with the extension of the built file.
  return next(isOurs ? specifier.replace(/\.js$/, '.ts') : specifier, context);
}

export async function load(url, context, next) {
  if (!url.endsWith('.ts')) return next(url, context);
  const { code } = await transformFile(fileURLToPath(url), swc);
  return { format: 'module', source: code, shortCircuit: true };
}
