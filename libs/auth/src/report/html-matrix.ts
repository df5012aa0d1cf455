import { html, Markup, NOTHING } from './html-text.js';
import { alternativeTexts, declarationText, handlerText } from './requirement-text.js';
import type { ReportedRoute, ReportedScheme, ReportedSource } from './security-report.js';
import { isExposed } from './ways.js';

/** A scheme (`scope: null`), or a scope of it. */
interface Column {
  readonly scheme: string;
  readonly scope: string | null;
  readonly description: string;
}

/** The table of routes x scopes. */
export function matrix(routes: readonly ReportedRoute[], schemes: readonly ReportedScheme[]): Markup {
  const columns = columnsOf(routes, schemes);
  return html`<div class="scroller" role="region" aria-label="Routes and scopes" tabindex="0"><table>
<caption class="hidden">Each route, who may call it, and which credentials and scopes that takes</caption>
<thead><tr><th scope="col">Route</th><th scope="col">Access</th><th scope="col">Requires</th>${columns.map(heading)}</tr></thead>
<tbody>${routes.map((route) => row(route, columns))}</tbody></table></div>
<p id="nothing" class="quiet" hidden>No route is like that.</p>`;
}

/** What is used or declared, in the order of the registration. A scheme without scopes is one column. */
function columnsOf(routes: readonly ReportedRoute[], schemes: readonly ReportedScheme[]): readonly Column[] {
  const ways = routes.flatMap(({ security }) => security);
  return schemes.filter(({ name }) => ways.some((way) => Object.hasOwn(way, name))).flatMap(({ name, type, description, scopes }): readonly Column[] => {
    const used = ways.flatMap((way) => scopesIn(way, name) ?? []);
    const descriptions = new Map(Object.entries(scopes ?? {}));
    const all = [...new Set([...descriptions.keys(), ...used])];
    return [
      { scheme: name, scope: null, description: description ?? type },
      ...all.map((scope) => ({ scheme: name, scope, description: descriptions.get(scope) ?? '' })),
    ];
  });
}

/** A scheme may be called as a member that every object has. */
function scopesIn(way: ReportedRoute['security'][number], scheme: string): readonly string[] | undefined {
  return Object.hasOwn(way, scheme) ? way[scheme] : undefined;
}

function heading({ scheme, scope, description }: Column): Markup {
  if (scope === null) return html`<th scope="col" class="turned first" title="${description}"><span>${scheme}</span></th>`;
  return html`<th scope="col" class="turned scope" title="${description}"><span><span class="hidden">${scheme} </span><code>${scope}</code></span></th>`;
}

function row(route: ReportedRoute, columns: readonly Column[]): Markup {
  const { method, path, file } = route;
  const isOpen = isExposed(route);
  const text = [method, path, route.access, handlerText(route), route.requirement, file ?? '', ...route.sources.map(({ declaredBy }) => declaredBy)].join(' ').toLowerCase();
  return html`
<tr class="${isOpen ? 'exposed' : 'closed'}" data-kind="${isOpen ? 'exposed' : route.access}" data-text="${text}">
<th scope="row"><span class="method">${method}</span> <code class="path">${path}</code>${origins(route)}</th>
<td><span class="badge ${isOpen ? 'exposed' : route.access}">${isOpen && route.access === 'protected' ? 'optional' : route.access}</span></td>
<td>${requirement(route)}</td>${columns.map((column) => cell(route, column))}</tr>`;
}

function requirement({ access, security, requirement: text, unverified, checks }: ReportedRoute): Markup {
  const alternatives = access === 'protected' && security.length > 1 ? alternativeTexts(security) : [text];
  return html`<ul class="alternatives">${alternatives.map((alternative) => html`<li><code>${alternative}</code></li>`)}</ul>
${unverified.length > 0 ? html`<span class="note">verified by code only: ${unverified.join(', ')}</span>` : NOTHING}
${checks.length > 0 ? html`<span class="note">resolves ${checks.join(', ')}</span>` : NOTHING}`;
}

/** In every alternative, in some, or in none. */
function cell({ security }: ReportedRoute, { scheme, scope }: Column): Markup {
  const count = security.filter((way) => (scope === null ? scopesIn(way, scheme) !== undefined : scopesIn(way, scheme)?.includes(scope) === true)).length;
  const first = scope === null ? ' first' : '';
  if (count === 0) return html`<td class="mark${first}"></td>`;
  if (count === security.length) return html`<td class="mark${first}"><span class="all" title="required"><span aria-hidden="true">✓</span><span class="hidden">required</span></span></td>`;
  return html`<td class="mark${first}"><span class="some" title="in one of the alternatives"><span aria-hidden="true">or</span><span class="hidden">in one of the alternatives</span></span></td>`;
}

function origins(route: ReportedRoute): Markup {
  const { file, sources } = route;
  return html`<details><summary>${handlerText(route)}</summary><ul>${sources.map(origin)}${
    sources.length === 0 ? html`<li>Nothing is declared.${place(file)}</li>` : NOTHING}</ul></details>`;
}

function origin(source: ReportedSource): Markup {
  return html`<li><code>${declarationText(source)}</code> on <code>${source.declaredBy}</code>${place(source.file)}</li>`;
}

function place(file: string | undefined): Markup {
  return file === undefined ? NOTHING : html`<br><code class="quiet">${file}</code>`;
}
