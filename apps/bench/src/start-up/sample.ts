// One sample: starts the application once in this process, which has compiled nothing yet, and prints what it cost as JSON.
// node --expose-gc sample.js <variant> <adapter> <routes>
import type { Adapter, Variant, VariantName } from './variant.js';

/** CPU time in milliseconds, by phase. */
export type Phases = Readonly<Record<'nest' | 'library' | 'decorators' | 'create' | 'document' | 'init', number>>;

export interface Sample {
  readonly phases: Phases;
  /** Bytes in use once the application is there and the document is gone. */
  readonly heap: number;
}

const [name, adapter, routes] = process.argv.slice(2) as [VariantName, Adapter, string];
const phases: Partial<Record<keyof Phases, number>> = {};

const { NestFactory, ExpressAdapter, FastifyAdapter, DocumentBuilder } = await measured('nest', async () => {
  await import('reflect-metadata');
  // Nest looks for it while an application is made; it is here for the tests, and no part of what is measured.
  await import('@nestjs/microservices');
  return { ...(await import('@nestjs/core')), ...(await import('@nestjs/platform-express')), ...(await import('@nestjs/platform-fastify')), ...(await import('@nestjs/swagger')) };
});
const { applicationModule } = await import('./application.js');
const plain = await import('./plain-variants.js');

const variant = await measured('library', async (): Promise<Variant> => (name === 'secure' ? (await import('./secure-variant.js')).secure : plain[name]));
const module = await measured('decorators', () => applicationModule(Number(routes), variant));
// What imports leave behind is collected now: else the library's own, larger, imports decide in which phase that falls.
heapInUse();
const app = await measured('create', () => NestFactory.create(module, adapter === 'fastify' ? new FastifyAdapter() : new ExpressAdapter(), { logger: false }));
await measured('document', () => void variant.document(app, new DocumentBuilder().setTitle('Benchmark').build()));
await measured('init', () => app.init());

process.stdout.write(JSON.stringify({ phases: phases as Phases, heap: heapInUse() } satisfies Sample));
await app.close();

async function measured<T>(phase: keyof Phases, run: () => T | Promise<T>): Promise<T> {
  const start = process.cpuUsage();
  const result = await run();
  const { user, system } = process.cpuUsage(start);
  phases[phase] = (user + system) / 1000;
  return result;
}

function heapInUse(): number {
  // What the first run finds to be garbage, the second collects.
  globalThis.gc?.();
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}
