import type { INestApplication } from '@nestjs/common';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { describeFindings } from '../errors.js';
import { changeReport } from './change-report.js';
import type { Command } from './command-line.js';
import { functionLocator } from './function-locator.js';
import { htmlReport } from './html-report.js';
import { loadApplication } from './load-application.js';
import { changesBetween, isObjectionable } from './lock-changes.js';
import { lockedRoute, lockedRoutesIn, lockFileText } from './lock-file.js';
import { ReportError } from './report-error.js';
import { securityReport } from './security-report.js';
import type { SecurityReport } from './security-report.js';
import { markdownReport, summaryOf, tableReport } from './table-report.js';

/** What is printed, what is to be said beside it, and the exit code. */
export interface Answer {
  readonly text: string;
  readonly notes: string;
  readonly exitCode: 0 | 1;
}

const FORMATTERS: Readonly<Record<Command['format'], (report: SecurityReport) => string>> = {
  table: tableReport,
  json: (report) => `${JSON.stringify(report, null, 2)}\n`,
  markdown: markdownReport,
  html: htmlReport,
};

/** How long an application may take to close before the process ends anyway. */
const CLOSING_MILLISECONDS = 2000;

/** Makes the application, reports on it, and closes it. */
export async function answerTo(command: Command): Promise<Answer> {
  // A lock file that cannot be read is told before the application is made.
  const locked = command.check === undefined ? [] : lockedRoutesIn(lockText(command.check), command.check);
  if (command.update !== undefined) refuseOverwriting(command.update);
  process.setSourceMapsEnabled(true);
  const app = await loadApplication(command.file, command.exportName);
  try {
    const report = securityReport(app, functionLocator(process.cwd()));
    const notes = report.findings.length > 0 ? `${describeFindings(report.findings)}\n` : '';
    if (command.update !== undefined) return { ...updated(command.update, report), notes };
    if (command.check !== undefined) return { ...checked(command.check, locked, report), notes };
    return { text: FORMATTERS[command.format](report), notes, exitCode: report.findings.length > 0 ? 1 : 0 };
  } finally {
    await close(app);
  }
}

/** What is there is a lock file, whatever is wrong with it, or it stays. */
function refuseOverwriting(lock: string): void {
  const text = existsSync(lock) ? readFileSync(lock, 'utf8') : '';
  if (text.trim() !== '' && !text.includes('"routes"')) throw new ReportError(`${lock} is there and is no lock file: it is left as it is. Name another file.`);
}

function updated(lock: string, { routes }: SecurityReport): Omit<Answer, 'notes'> {
  try {
    writeFileSync(lock, lockFileText(routes.map(lockedRoute)));
  } catch (error) {
    throw new ReportError(`The lock file ${lock} cannot be written.`, { cause: error });
  }
  return { text: `Wrote ${lock}: ${summaryOf(routes)}.\n`, exitCode: 0 };
}

/** Mistakes are told beside the changes, and only the changes decide. */
function checked(lock: string, locked: ReturnType<typeof lockedRoutesIn>, { routes }: SecurityReport): Omit<Answer, 'notes'> {
  const files = new Map(routes.map((route) => [lockedRoute(route), route.file]));
  const changes = changesBetween(locked, [...files.keys()]);
  return { text: changeReport(changes, lock, files), exitCode: changes.some(isObjectionable) ? 1 : 0 };
}

function lockText(lock: string): string {
  try {
    return readFileSync(lock, 'utf8');
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new ReportError(`The lock file ${lock} ${isMissing ? 'is missing' : 'cannot be read'}. Write it with --update ${lock}, and commit it.`);
  }
}

/** Hooks of the application may count on what `init()` does, and fail or wait without it. */
async function close(app: INestApplication): Promise<void> {
  const isLate = new Promise((resolve) => setTimeout(resolve, CLOSING_MILLISECONDS));
  await Promise.race([app.close().catch(() => undefined), isLate]);
}
