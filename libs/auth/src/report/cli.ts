#!/usr/bin/env node
import { inspect } from 'node:util';
import { asksFor, commandOf, USAGE } from './command-line.js';
import { CommandError, ReportError } from './report-error.js';

const argv = process.argv.slice(2);
const print = printer(process.stdout);
const warn = printer(process.stderr);
// What the application logs while it is made is not part of the report.
process.stdout.write = process.stderr.write.bind(process.stderr);
// The application may keep connections open, which would keep the process running.
let isDone = false;
// An application that ends the process while it is made has not been reported on.
process.on('exit', () => {
  if (!isDone) process.exitCode = 2;
});
const exitCode = await run();
isDone = true;
process.exit(exitCode);

async function run(): Promise<number> {
  if (asksFor(argv, 'help')) {
    await print(USAGE);
    return 0;
  }
  try {
    const command = commandOf(argv);
    // Nest is not loaded for a command that makes no sense.
    const { answerTo } = await import('./answer.js');
    const { text, notes, exitCode } = await answerTo(command);
    await print(text);
    await warn(notes);
    return exitCode;
  } catch (error) {
    await warn(`${described(error)}\n${error instanceof CommandError ? `\n${USAGE}` : ''}`);
    return 2;
  }
}

/** Ends when everything is written, as the process ends after it. */
function printer(stream: NodeJS.WriteStream): (text: string) => Promise<void> {
  const write = stream.write.bind(stream);
  return (text) =>
    new Promise((resolve) => {
      write(text, () => {
        resolve();
      });
    });
}

function described(error: unknown): string {
  if (!(error instanceof Error)) return `nestjs-scopes: ${String(error)}`;
  if (asksFor(argv, 'verbose')) return inspect(error);
  const isExplained = error instanceof CommandError || (error instanceof ReportError && error.cause === undefined);
  return `nestjs-scopes: ${error.message}${isExplained ? '' : '\n(--verbose shows the stack)'}`;
}
