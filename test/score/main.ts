// Runs the tests that record figures, and prints the figures: npm run score, npm run score -- --json
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Figure } from '../support/score.js';
import { ROWS } from './rows.js';

interface Row extends Figure {
  readonly spec: string;
}

const { json } = parseArgs({ options: { json: { type: 'boolean', default: false } } }).values;
const folder = mkdtempSync(join(tmpdir(), 'score-'));
process.once('exit', () => {
  rmSync(folder, { recursive: true, force: true });
});

const { figures, isGreen } = measured(join(folder, 'figures.jsonl'));
const rows = ROWS.map(({ name, spec }) => rowOf(name, spec, figures));
process.stdout.write(json ? `${JSON.stringify({ rows }, null, 2)}\n` : `\n${table(rows)}\n`);
process.exitCode = isGreen && rows.every(({ isMet }) => isMet) ? 0 : 1;

/** What the tests recorded. What they print goes to stderr, so that stdout has the figures alone. */
function measured(file: string): { figures: readonly Figure[]; isGreen: boolean } {
  const specs = [...new Set(ROWS.map(({ spec }) => spec))];
  const { status } = spawnSync('npm', ['test', '--', ...specs], { env: { ...process.env, SCORE_FILE: file }, stdio: ['ignore', process.stderr, process.stderr] });
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  return { figures: lines.map((line) => JSON.parse(line) as Figure), isGreen: status === 0 };
}

/** A test that runs on several adapters records a figure for each: all of them have to meet the goal. */
function rowOf(name: string, spec: string, figures: readonly Figure[]): Row {
  const recorded = figures.filter((figure) => figure.name === name);
  const texts = [...new Set(recorded.map(({ figure }) => figure))];
  return {
    name,
    figure: texts.join('; ') || 'nothing recorded',
    goal: recorded[0]?.goal ?? '',
    isMet: recorded.length > 0 && recorded.every(({ isMet }) => isMet),
    spec,
  };
}

function table(rows: readonly Row[]): string {
  const lines = [['name', 'figure', 'goal', 'ok'], ...rows.map(({ name, figure, goal, isMet }) => [name, figure, goal, isMet ? 'yes' : 'NO'])];
  const widths = [0, 1, 2].map((column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines.map((line) => line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')).join('\n');
}
