import { createHash } from 'node:crypto';
import { html, Markup, NOTHING } from './html-text.js';
import { matrix } from './html-matrix.js';
import { SCRIPT } from './html-script.js';
import { STYLE } from './html-style.js';
import { declarationText, handlerText } from './requirement-text.js';
import type { ReportedRoute, ReportedScheme, SecurityReport } from './security-report.js';
import { isExposed } from './ways.js';

/** What the page may do: apply its own style, run its own script, and nothing else. @see Content Security Policy Level 3 */
export function contentPolicy(): string {
  return `default-src 'none'; style-src '${hashOf(STYLE)}'; script-src '${hashOf(SCRIPT)}'; base-uri 'none'; form-action 'none'`;
}

/** The report as one page that loads nothing. */
export function htmlReport(report: SecurityReport): string {
  const { routes, schemes } = report;
  const exposed = routes.filter(isExposed);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentPolicy()}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Security report</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
<header><h1>Security report</h1>
<p class="quiet">Who may call each route of this application, and where that is declared.</p>
${counts(routes, exposed)}</header>
<main>
${findings(report)}
${exposedRoutes(exposed)}
<h2 id="routes">Routes</h2>
<div class="controls" id="controls" hidden>
<label><span class="hidden">Filter by path, class or scope</span><input type="search" id="filter" placeholder="Filter by path, class or scope" autocomplete="off" spellcheck="false"></label>
<fieldset id="accesses"><legend>Show</legend>${choices(routes)}</fieldset>
<span class="quiet" id="count" role="status"></span></div>
${matrix(routes, schemes)}
<p class="quiet"><span class="all" aria-hidden="true">✓</span> required in every case · <span class="some" aria-hidden="true">or</span> in one of the alternatives · open a class name to see where each part is declared</p>
${legend(schemes)}
</main>
<script>${new Markup(SCRIPT)}</script>
</body>
</html>
`.text;
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

function counts(routes: readonly ReportedRoute[], exposed: readonly ReportedRoute[]): Markup {
  const [denied, closed] = [routes.filter(({ access }) => access === 'denied'), routes.filter((route) => route.access === 'protected' && !isExposed(route))];
  return html`<ul class="counts"><li><b>${routes.length}</b> ${routes.length === 1 ? 'route' : 'routes'}</li>
<li><b>${closed.length}</b> protected</li>
<li class="${exposed.length > 0 ? 'is-open' : 'is-closed'}"><b>${exposed.length}</b> open to anybody</li>${denied.length > 0 ? html`<li><b>${denied.length}</b> denied to all</li>` : NOTHING}</ul>`;
}

/** Those that a reviewer looks for first. */
function exposedRoutes(exposed: readonly ReportedRoute[]): Markup {
  if (exposed.length === 0) return NOTHING;
  return html`<section class="notice" aria-labelledby="exposed"><h2 id="exposed">Open to anybody</h2>
<ul>${exposed.map((route) => html`<li><span class="method">${route.method}</span> <code class="path">${route.path}</code> <span class="quiet">${reason(route)}</span></li>`)}</ul></section>`;
}

function reason(route: ReportedRoute): string {
  const { access, requirement, sources } = route;
  if (access === 'bypassing') return 'bypassing: no controller has it, so that no guard sees it';
  const [source] = sources;
  if (access === 'public' && route.controller === null && source !== undefined) return `public: ${declarationText(source)}`;
  if (access === 'public') return `public: @Public() on ${source?.declaredBy ?? handlerText(route)}`;
  return access === 'open' ? `open: nothing is declared for ${handlerText(route)}` : `credentials are optional: ${requirement}`;
}

function findings({ findings: found }: SecurityReport): Markup {
  if (found.length === 0) return NOTHING;
  return html`<section class="notice" aria-labelledby="findings"><h2 id="findings">${found.length === 1 ? '1 mistake' : `${String(found.length)} mistakes`}</h2>
<ul>${found.map(({ code, where, problem, mend }) => html`<li><b>${where}</b> <code>${code}</code>: ${problem}<br>Mend: ${mend}</li>`)}</ul></section>`;
}

function choices(routes: readonly ReportedRoute[]): readonly Markup[] {
  const kinds = [
    { value: '', text: 'all', isThere: true },
    { value: 'exposed', text: 'open to anybody', isThere: routes.some(isExposed) },
    { value: 'protected', text: 'protected', isThere: routes.some((route) => route.access === 'protected' && !isExposed(route)) },
    { value: 'denied', text: 'denied', isThere: routes.some(({ access }) => access === 'denied') },
  ];
  return kinds.filter(({ isThere }) => isThere).map(({ value, text }) => html`<label><input type="radio" name="access" value="${value}"${value === '' ? new Markup(' checked') : NOTHING}> ${text}</label>`);
}

function legend(schemes: readonly ReportedScheme[]): Markup {
  if (schemes.length === 0) return NOTHING;
  return html`<h2>Schemes and scopes</h2>
<dl>${schemes.map(({ name, type, description, scopes }) => html`<dt><code>${name}</code></dt><dd>${type}${description === undefined ? NOTHING : html` · ${description}`}${scopeList(scopes)}</dd>`)}</dl>`;
}

function scopeList(scopes: ReportedScheme['scopes']): Markup {
  const listed = Object.entries(scopes ?? {});
  if (listed.length === 0) return NOTHING;
  return html`<ul>${listed.map(([scope, description]) => html`<li><code>${scope}</code> <span class="quiet">${description}</span></li>`)}</ul>`;
}
