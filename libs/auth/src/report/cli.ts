#!/usr/bin/env node
import type { INestApplication } from '@nestjs/common';
import { readFileSync, writeFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { describeFindings } from '../errors.js';
import type { Finding } from '../errors.js';
import { changeReport } from './change-report.js';
import { asksFor, commandOf, USAGE } from './command-line.js';
import type { Command } from './command-line.js';
import { functionLocator } from './function-locator.js';
import { htmlReport } from './html-report.js';
import { loadApplication } from './load-application.js';
import { changesBetween, isObjectionable } from './lock-changes.js';
import { lockedRoute, lockedRoutesIn, lockFileText } from './lock-file.js';
import { securityReport } from './security-report.js';
import type { SecurityReport } from './security-report.js';
import { markdownReport, summaryOf, tableReport } from './table-report.js';
import { CommandError, ReportError } from './report-error.js';

/** What is printed, and the exit code. */
interface Answer {
  readonly text: string;
  readonly exitCode: 0 | 1;
  readonly findings: readonly Finding[];
}

const FORMATTERS: Readonly<Record<Command['format'], (report: SecurityReport) => string>> = {
  table: tableReport,
  json: (report) => `${JSON.stringify(report, null, 2)}\n`,
  markdown: markdownReport,
  html: htmlReport,
};

/** How long an application may take to close before the process ends anyway. */
const CLOSING_MILLISECONDS = 2000;

const argv = process.argv.slice(2);
const print = printer(process.stdout);
const warn = printer(process.stderr);
// What the application logs while it is made is not part of the report.
process.stdout.write = process.stderr.write.bind(process.stderr);
process.exit(await run());

async function run(): Promise<number> {
  if (asksFor(argv, 'help')) {
    await print(USAGE);
    return 0;
  }
  try {
    const { text, exitCode, findings } = await answerTo(commandOf(argv));
    await print(text);
    if (findings.length > 0) await warn(`${describeFindings(findings)}\n`);
    return exitCode;
  } catch (error) {
    await warn(`${described(error)}\n${error instanceof CommandError ? `\n${USAGE}` : ''}`);
    return 2;
  }
}

async function answerTo({ file, exportName, format, check, update }: Command): Promise<Answer> {
  // A lock file that cannot be read is told before the application is made.
  const locked = check === undefined ? [] : lockedRoutesIn(lockText(check), check);
  process.setSourceMapsEnabled(true);
  const app = await loadApplication(file, exportName);
  try {
    const report = securityReport(app, functionLocator(process.cwd()));
    const { findings } = report;
    if (update !== undefined) {
      writeFileSync(update, lockFileText(report.routes.map(lockedRoute)));
      return { text: `Wrote ${update}: ${summaryOf(report.routes)}.\n`, exitCode: 0, findings };
    }
    if (check === undefined) return { text: FORMATTERS[format](report), exitCode: findings.length > 0 ? 1 : 0, findings };
    const places = new Map(report.routes.map((route) => [lockedRoute(route), route.file ?? '']));
    const changes = changesBetween(locked, [...places.keys()]);
    return { text: changeReport(changes, check, places), exitCode: changes.some(isObjectionable) ? 1 : 0, findings };
  } finally {
    await close(app);
  }
}

function lockText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ReportError(`The lock file ${file} cannot be read. Write it with --update ${file}, and commit it.`, { cause: error });
  }
}

/** Hooks of the application may count on what `init()` does, and fail or wait without it: the process ends in any case. */
async function close(app: INestApplication): Promise<void> {
  const isLate = new Promise((resolve) => setTimeout(resolve, CLOSING_MILLISECONDS));
  await Promise.race([app.close().catch(() => undefined), isLate]);
}

/** Ends when everything is written, as the process ends after it. */
function printer(stream: NodeJS.WriteStream): (text: string) => Promise<void> {
  const write = stream.write.bind(stream);
  return (text) => new Promise((resolve) => { write(text, () => { resolve(); }); });
}

function described(error: unknown): string {
  if (!(error instanceof Error)) return `nestjs-scopes: ${String(error)}`;
  if (asksFor(argv, 'verbose')) return inspect(error);
  const isExplained = error instanceof CommandError || (error instanceof ReportError && error.cause === undefined);
  return `nestjs-scopes: ${error.message}${isExplained ? '' : '\n(--verbose shows the stack)'}`;
}
