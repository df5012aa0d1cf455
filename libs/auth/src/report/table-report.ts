import { declarationText, handlerText } from './requirement-text.js';
import type { ReportedRoute, ReportedSource, SecurityReport } from './security-report.js';

const HEADINGS = ['METHOD', 'PATH', 'ACCESS', 'REQUIRES', 'DECLARED BY'];

/** The report for a terminal: one line per route, and one more for each further place that says something about it. */
export function tableReport({ routes }: SecurityReport): string {
  const lines = routes.flatMap(linesOf);
  const widths = HEADINGS.map((heading, column) => Math.max(heading.length, ...lines.map((cells) => (cells[column] ?? '').length)));
  const shown = [HEADINGS, ...lines].map((cells) => cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd());
  return `${[...shown, '', summaryOf(routes)].join('\n')}\n`;
}

/** The same as a table of Markdown. */
export function markdownReport({ routes, findings }: SecurityReport): string {
  const rows = routes.map((route) => [`\`${codeText(`${route.method} ${route.path}`)}\``, route.access, cellText(route.requirement), placesOf(route).map(cellText).join('<br>')]);
  const table = [['Route', 'Access', 'Requires', 'Declared by'], ['---', '---', '---', '---'], ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  const mistakes = findings.map(({ code, where, problem, mend }) => `- **${cellText(where)}** (${code}): ${cellText(problem)}. Mend: ${cellText(mend)}`);
  return `${['# Security report', '', summaryOf(routes), '', ...table, ...(mistakes.length > 0 ? ['', '## Mistakes', '', ...mistakes] : [])].join('\n')}\n`;
}

/** `14 routes: 13 protected, 1 public`. */
export function summaryOf(routes: readonly ReportedRoute[]): string {
  const counts = new Map<string, number>();
  for (const { access } of routes) counts.set(access, 1 + (counts.get(access) ?? 0));
  const counted = [...counts].map(([access, count]) => `${String(count)} ${access}`).join(', ');
  return `${String(routes.length)} ${routes.length === 1 ? 'route' : 'routes'}${counted === '' ? '' : `: ${counted}`}`;
}

/** `@Security(CurrentUser, items) on UsersController.items, src/users.controller.ts:20`. */
function sourceText(source: ReportedSource): string {
  const place = [source.declaredBy, source.file].filter((part) => part !== undefined).join(', ');
  return `${declarationText(source)} on ${place}`;
}

function linesOf(route: ReportedRoute): readonly (readonly string[])[] {
  const [first = '', ...others] = placesOf(route);
  return [[route.method, route.path, route.access, route.requirement, first], ...others.map((place) => ['', '', '', '', place])];
}

function placesOf(route: ReportedRoute): readonly string[] {
  const { sources, file } = route;
  if (sources.length > 0) return sources.map(sourceText);
  return [[handlerText(route), file].filter((part) => part !== undefined).join(', ')];
}

/** A cell that holds what a developer wrote: no markup, no further cell. */
function cellText(text: string): string {
  return text.replace(/[\\`*_[\]<>|&#~]/g, (sign) => `&#${String(sign.codePointAt(0))};`).replace(/\s+/g, ' ');
}

/** A backtick would end the code, and a bar the cell. */
function codeText(text: string): string {
  return text.replaceAll('`', "'").replaceAll('|', '\\|').replace(/\s+/g, ' ');
}
