import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const LOADER = new URL('run-typescript.mjs', import.meta.url).href;
const MAIN = new URL('../../apps/demo/src/main.ts', import.meta.url);
/** The demo's other `main.ts`: with an OpenID provider. */
export const OIDC_MAIN = new URL('../../apps/demo/src/oidc/main.ts', import.meta.url);

type Environment = Readonly<Record<string, string | undefined>>;

/** What a process that ended by itself said. */
export interface EndedProcess {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process whose lines on stdout are read one by one. */
export interface LineProcess {
  /** Its next line, or `undefined` when it has ended. */
  nextLine(): Promise<string | undefined>;
  write(line: string): void;
  /** Ends it, the way a container or Ctrl+C does, and tells by which signal or code it ended. */
  stop(): Promise<NodeJS.Signals | number | null>;
}

/** Runs the demo with these environment variables until it ends by itself. */
export async function endedDemo(environment: Environment, main = MAIN): Promise<EndedProcess> {
  const child = typescriptProcess(main, environment);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return { exitCode: child.exitCode, stdout, stderr };
}

/** Runs the demo with these environment variables. */
export function demoProcess(environment: Environment): LineProcess {
  return lineProcess(MAIN, environment);
}

/** What a process says up to and with a line that begins so, or until it ends. */
export async function linesUntil(running: LineProcess, beginning: string): Promise<readonly string[]> {
  const lines: string[] = [];
  for (let line = await running.nextLine(); line !== undefined; line = await running.nextLine()) {
    lines.push(line);
    if (line.startsWith(beginning)) break;
  }
  return lines;
}

/** Runs a TypeScript file of this workspace in a Node of its own. */
export function lineProcess(file: URL, environment: Environment = {}): LineProcess {
  const child = typescriptProcess(file, environment);
  child.stderr.pipe(process.stderr);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    nextLine: async () => {
      const { done, value } = await lines.next();
      return done === true ? undefined : value;
    },
    write: (line) => child.stdin.write(`${line}\n`),
    stop: async () => {
      child.kill('SIGTERM');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      return child.signalCode ?? child.exitCode;
    },
  };
}

function typescriptProcess(file: URL, environment: Environment): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, ['--import', LOADER, fileURLToPath(file)], { env: { PATH: process.env['PATH'], ...environment } });
}
