// What the library adds to the start of an application: `npm run bench:start-up`, with `-- --help` for the options.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { median, shown, spread } from '../statistics.js';
import type { Sample } from './sample.js';
import { ADAPTERS, VARIANTS } from './variant.js';
import type { Adapter, VariantName } from './variant.js';

/** What the route table, the audit and the document may add, as a part of the start without the library. */
const TIME_GOAL = 0.05;
const MEMORY_GOAL = 1024;

const HELP = `Usage: npm run bench:start-up -- [--pairs 11] [--routes 1000] [--check]
  --pairs   how often each variant is started, in turns
  --routes  a multiple of ten
  --check   end with code 1 where a goal is missed`;

const { values } = parseArgs({
  options: { pairs: { type: 'string', default: '11' }, routes: { type: 'string', default: '1000' }, check: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
});

const SAMPLE = fileURLToPath(new URL('sample.js', import.meta.url));
const CORE = '0';
const hasTaskset = spawnSync('taskset', ['-c', CORE, 'true']).status === 0;

/** Starts the application once, in a process of its own, on one core where the system can do that. */
function sampled(variant: VariantName, adapter: Adapter, routes: number): Sample {
  const node = [process.execPath, '--expose-gc', SAMPLE, variant, adapter, String(routes)];
  const [command = '', ...args] = hasTaskset ? ['taskset', '-c', CORE, ...node] : node;
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`The sample ${variant}, ${adapter} failed: ${stderr}`);
  return JSON.parse(stdout) as Sample;
}

type Round = Readonly<Record<VariantName, Sample>>;

/** One sample of each variant, first to last and last to first by turns, so that what drifts is nobody's advantage. */
function roundOf(adapter: Adapter, routes: number, index: number): Round {
  const order = index % 2 === 0 ? VARIANTS : VARIANTS.toReversed();
  return Object.fromEntries(order.map((variant) => [variant, sampled(variant, adapter, routes)])) as Round;
}

const FIGURES: readonly (readonly [figure: string, phases: readonly (keyof Sample['phases'])[]])[] = [
  ['import of @nestjs/*', ['nest']],
  ['import of the library', ['library']],
  ['classes with their decorators', ['decorators']],
  ['NestFactory.create', ['create']],
  ['the document', ['document']],
  ['create + document', ['create', 'document']],
  ['app.init', ['init']],
  ['create + document + init', ['create', 'document', 'init']],
];

function timeOf({ phases }: Sample, names: readonly (keyof Sample['phases'])[]): number {
  return names.reduce((sum, name) => sum + phases[name], 0);
}

/** Prints the table of an adapter and returns the paired ratio that the goal is about. */
function measureTime(adapter: Adapter, routes: number, pairs: number): number {
  const rounds = Array.from({ length: pairs }, (_, index) => roundOf(adapter, routes, index));
  const ratioOf = (names: readonly (keyof Sample['phases'])[], one: VariantName, other: VariantName): readonly number[] =>
    rounds.map((round) => timeOf(round[one], names) / timeOf(round[other], names));
  console.log(`\n${adapter}, ${String(routes)} routes: CPU milliseconds, median (min..max) of ${String(pairs)}`);
  console.table(Object.fromEntries(FIGURES.map(([figure, names]) => [figure, {
    ...Object.fromEntries(VARIANTS.map((variant) => [variant, spread(rounds.map((round) => timeOf(round[variant], names)))])),
    ...(names[0] !== 'library' && { 'secure / guarded': spread(ratioOf(names, 'secure', 'guarded'), 3), 'secure / bare': spread(ratioOf(names, 'secure', 'bare'), 3) }),
  }])));
  return median(ratioOf(['create', 'document'], 'secure', 'bare'));
}

/** Bytes that one more route keeps in use, from the difference of a small and a large application. */
function bytesPerRoute(variant: VariantName, adapter: Adapter): number {
  const [few, many] = [1000, 5000];
  const heapOf = (routes: number): number => sampled(variant, adapter, routes).heap;
  return (heapOf(many) - heapOf(few)) / (many - few);
}

/** Prints the memory of an adapter and returns what a route costs beyond Nest's own work for the same guards. */
function measureMemory(adapter: Adapter): number {
  const bytes = Object.fromEntries(VARIANTS.map((variant) => [variant, bytesPerRoute(variant, adapter)])) as Record<VariantName, number>;
  console.log(`\n${adapter}: bytes in use per route after app.init(), from 1,000 to 5,000 routes`);
  console.table({ ...bytes, 'secure - guarded': bytes.secure - bytes.guarded, 'secure - bare': bytes.secure - bytes.bare });
  return bytes.secure - bytes.guarded;
}

if (values.help) {
  console.log(HELP);
} else {
  const verdicts = ADAPTERS.flatMap((adapter) => {
    const added = measureTime(adapter, Number(values.routes), Number(values.pairs)) - 1;
    const bytes = measureMemory(adapter);
    return [
      { figure: `${adapter}: added to create + document`, measured: `${shown(added * 100)} %`, goal: `<= ${shown(TIME_GOAL * 100)} %`, verdict: added <= TIME_GOAL ? 'PASS' : 'FAIL' },
      { figure: `${adapter}: bytes per route`, measured: shown(bytes), goal: `<= ${String(MEMORY_GOAL)}`, verdict: bytes <= MEMORY_GOAL ? 'PASS' : 'FAIL' },
    ];
  });
  console.log(`\nGoals${hasTaskset ? '' : ' (not pinned to one core: there is no taskset)'}`);
  console.table(verdicts);
  if (values.check && verdicts.some(({ verdict }) => verdict === 'FAIL')) process.exitCode = 1;
}
