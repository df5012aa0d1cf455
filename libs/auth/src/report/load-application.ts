import type { INestApplication, NestApplicationOptions, Type } from '@nestjs/common';
import { MODULE_METADATA } from '@nestjs/common/constants.js';
import { NestFactory } from '@nestjs/core';
import { existsSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ReportError } from './report-error.js';

type Exported = readonly [name: string, value: unknown];
type MakeApplication = () => unknown;

/** Standard output is the report's. */
// eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest declares its options as a class, and everybody hands it an object literal
const OPTIONS = { logger: ['error', 'warn'], abortOnError: false } as NestApplicationOptions;

/** Makes the application that a built file exports. It is neither initialised nor listening. */
export async function loadApplication(file: string, exportName: string | undefined): Promise<INestApplication> {
  const path = resolve(file);
  if (!existsSync(path)) throw new ReportError(`There is no file ${file}. Build the application first, and name a built file: dist/app.module.js.`);
  if (statSync(path).isDirectory()) throw new ReportError(`${file} is a folder. Build the application first, and name one: dist/app.module.js.`);
  const [name, value] = chosenExport(file, await exportsOf(path, file), exportName);
  if (isModule(value)) return attempt(`The application of ${name} in ${file} cannot be made`, () => createdFrom(value, path));
  const app = await attempt(`${name}() of ${file} failed`, () => (value as MakeApplication)());
  if (isApplication(app)) return app;
  throw new ReportError(`${name}() of ${file} returns no Nest application. It has to return what NestFactory.create() does.`);
}

async function exportsOf(path: string, file: string): Promise<readonly Exported[]> {
  const hint = /\.[cm]?tsx?$/.test(file) ? ' (build it, and name the built file: dist/app.module.js)' : '';
  const namespace = await attempt(`${file} cannot be loaded${hint}`, () => import(pathToFileURL(path).href) as Promise<Readonly<Record<string, unknown>>>);
  // What CommonJS exports is all in the default; Node finds the names of some of it only.
  const { default: whole } = namespace;
  const ofCommonJs = typeof whole === 'object' && whole !== null ? Object.entries(whole) : [];
  return [...new Map([...ofCommonJs, ...Object.entries(namespace)])].filter(([name, value]) => name !== 'module.exports' && value !== undefined);
}

function chosenExport(file: string, exported: readonly Exported[], wanted: string | undefined): Exported {
  if (wanted !== undefined) return namedExport(file, exported, wanted);
  const makers = exported.filter(([name, value]) => name === 'createApp' && typeof value === 'function');
  const modules = exported.filter(([, value]) => isModule(value));
  const distinct = modules.filter(([, value], index) => modules.findIndex(([, other]) => other === value) === index);
  const only = distinct.length === 1 ? distinct : [];
  const [chosen] = [...makers, ...modules.filter(([name]) => name === 'default'), ...only, ...modules.filter(([name]) => name === 'AppModule')];
  if (chosen !== undefined) return chosen;
  if (modules.length > 0) throw new ReportError(`${file} exports several modules: ${namesOf(modules)}. Say which one is the root module: --export ${modules[0]?.[0] ?? 'NAME'}.`);
  throw new ReportError(`${file} exports no class with @Module({ ... }) and no function createApp(). Name the built file of the root module, or the function with --export NAME. It exports ${namesOf(exported)}.`);
}

function namedExport(file: string, exported: readonly Exported[], wanted: string): Exported {
  const found = exported.find(([name]) => name === wanted);
  if (found === undefined) throw new ReportError(`${file} exports nothing called ${wanted}. It exports ${namesOf(exported)}.`);
  if (typeof found[1] !== 'function') throw new ReportError(`${wanted} of ${file} is neither a module nor a function that makes the application.`);
  return found;
}

function namesOf(exported: readonly Exported[]): string {
  return exported.length === 0 ? 'nothing' : exported.map(([name]) => name).join(', ');
}

/** A class with what `@Module({ ... })` writes on it. */
function isModule(value: unknown): value is Type {
  return typeof value === 'function' && Object.values(MODULE_METADATA).some((key) => Reflect.hasOwnMetadata(key, value));
}

function isApplication(value: unknown): value is INestApplication {
  return typeof value === 'object' && value !== null && 'getHttpAdapter' in value && 'close' in value;
}

/** On Nest's default HTTP server, or on Fastify where the application has that only. */
async function createdFrom(module: Type, path: string): Promise<INestApplication> {
  if (resolved('@nestjs/platform-express', path) !== undefined) return NestFactory.create(module, OPTIONS);
  const fastify = resolved('@nestjs/platform-fastify', path);
  if (fastify === undefined) throw new ReportError('Neither @nestjs/platform-express nor @nestjs/platform-fastify is installed; export a function createApp() that makes the application.');
  const { FastifyAdapter } = (await import(pathToFileURL(fastify).href)) as { readonly FastifyAdapter: new () => never };
  return NestFactory.create(module, new FastifyAdapter(), OPTIONS);
}

/** Where the application finds a package. */
function resolved(name: string, path: string): string | undefined {
  try {
    return createRequire(path).resolve(name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}

async function attempt<T>(what: string, make: () => T | Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    if (error instanceof ReportError) throw error;
    throw new ReportError(`${what}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
