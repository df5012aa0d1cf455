/** Of the page: readable in light and dark, on paper, and with forced colours. */
export const STYLE = `
:root { color-scheme: light dark; --ground: #fff; --raised: #f6f7f9; --line: #d9dee5; --text: #1b222c; --quiet: #566070; --accent: #0b5cad;
  --safe: #14693a; --safe-ground: #e2f4e9; --open: #9a2c06; --open-ground: #fdeadf; --shut: #4a5568; --shut-ground: #e8ebf0; --some: #6d4c00; --some-ground: #fbf0cf; }
@media (prefers-color-scheme: dark) { :root { --ground: #12161c; --raised: #1b2129; --line: #333c48; --text: #e7ebf0; --quiet: #a3aebc; --accent: #7db8f5;
  --safe: #7fd8a4; --safe-ground: #143323; --open: #ffb08a; --open-ground: #44200f; --shut: #b8c2cf; --shut-ground: #2a323d; --some: #f0cd6c; --some-ground: #3a2f0d; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem clamp(1rem, 3vw, 3rem) 4rem; max-width: 100rem; background: var(--ground); color: var(--text); font: 0.9375rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
h1 { margin: 0 0 0.25rem; font-size: 1.6rem; line-height: 1.2; letter-spacing: -0.015em; }
h2 { margin: 2.25rem 0 0.75rem; font-size: 1.1rem; }
p { margin: 0 0 0.75rem; }
code { font: 0.875em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
a { color: var(--accent); }
.quiet { color: var(--quiet); }
.counts { display: flex; flex-wrap: wrap; gap: 0.75rem; margin: 1.25rem 0 0; padding: 0; list-style: none; }
.counts li { min-width: 7.5rem; padding: 0.6rem 0.9rem; border: 1px solid var(--line); border-radius: 0.5rem; background: var(--raised); }
.counts b { display: block; font-size: 1.5rem; line-height: 1.2; font-variant-numeric: tabular-nums; }
.counts .is-open { border-color: var(--open); background: var(--open-ground); color: var(--open); }
.notice { margin: 1.25rem 0 0; padding: 0.9rem 1.1rem; border: 1px solid var(--line); border-left: 0.3rem solid var(--open); border-radius: 0.4rem; background: var(--raised); }
.notice h2 { margin: 0 0 0.4rem; font-size: 1rem; }
.notice ul { margin: 0; padding: 0; list-style: none; }
.notice li + li { margin-top: 0.25rem; }
.controls { display: flex; flex-wrap: wrap; align-items: center; gap: 0.75rem 1.25rem; margin: 0 0 0.75rem; }
.controls[hidden] { display: none; }
.controls > label { flex: 0 1 22rem; }
.controls input[type=search] { width: 100%; padding: 0.45rem 0.7rem; border: 1px solid var(--quiet); border-radius: 0.4rem; background: var(--ground); color: inherit; font: inherit; }
fieldset { display: flex; flex-wrap: wrap; gap: 0.4rem 1rem; margin: 0; padding: 0; border: 0; }
legend { float: left; margin-right: 1rem; padding: 0; color: var(--quiet); }
label { cursor: pointer; }
:focus-visible { outline: 0.15rem solid var(--accent); outline-offset: 0.15rem; }
.scroller { position: relative; max-height: 90vh; margin-bottom: 0.75rem; overflow: auto; border: 1px solid var(--line); border-radius: 0.5rem; }
table { width: 100%; border-collapse: separate; border-spacing: 0; }
th, td { padding: 0.55rem 0.75rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; font-weight: inherit; }
tbody tr:last-child > * { border-bottom: 0; }
thead th { position: sticky; top: 0; z-index: 2; background: var(--raised); color: var(--quiet); font-size: 0.8125rem; font-weight: 600; vertical-align: bottom; }
thead .turned { padding: 0.6rem 0.2rem; text-align: center; }
thead .turned span { display: inline-block; max-height: 13rem; writing-mode: vertical-rl; transform: rotate(180deg); white-space: nowrap; }
thead .scope { color: var(--text); }
.first { border-left: 1px solid var(--line); }
tbody th, thead th:first-child { position: sticky; left: 0; z-index: 1; }
thead th:first-child { z-index: 3; }
tbody th { min-width: 17rem; background: var(--ground); }
tbody tr:hover > * { background: var(--raised); }
tr.exposed > th { box-shadow: inset 0.25rem 0 var(--open); }
.method { display: inline-block; min-width: 4rem; color: var(--quiet); font-size: 0.8125rem; font-weight: 600; }
.path { font-size: 0.9375rem; font-weight: 600; }
.badge { display: inline-block; padding: 0.05rem 0.5rem; border-radius: 1rem; font-size: 0.8125rem; font-weight: 600; white-space: nowrap; background: var(--shut-ground); color: var(--shut); }
.badge.protected { background: var(--safe-ground); color: var(--safe); }
.badge.exposed { background: var(--open-ground); color: var(--open); }
.alternatives { margin: 0; padding: 0; list-style: none; }
.alternatives li + li::before { content: "or "; color: var(--quiet); font-style: italic; }
.note { display: block; color: var(--quiet); font-size: 0.8125rem; }
td.mark { padding-inline: 0.2rem; text-align: center; min-width: 2.1rem; }
.all, .some { display: inline-block; width: 1.5rem; text-align: center; border-radius: 0.3rem; font-weight: 700; }
.all { background: var(--safe-ground); color: var(--safe); }
.some { background: var(--some-ground); color: var(--some); }
details { margin-top: 0.15rem; font-size: 0.8125rem; }
summary { width: fit-content; color: var(--quiet); cursor: pointer; }
details ul { margin: 0.35rem 0 0.2rem; padding-left: 1.1rem; }
details li { margin-bottom: 0.3rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.35rem 1.25rem; margin: 0; }
dt { font-weight: 600; } dd { margin: 0; }
dd ul { margin: 0; padding-left: 1.1rem; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (forced-colors: active) { .badge, .all, .some { border: 1px solid; } }
@media (max-width: 40rem) { dl { grid-template-columns: 1fr; } tbody th { min-width: 12rem; } tbody th, thead th:first-child { position: static; } }
@media print { body { padding: 0; max-width: none; font-size: 8pt; } .controls { display: none; } .scroller { max-height: none; overflow: visible; border: 0; } thead th, tbody th, thead th:first-child { position: static; } tr { break-inside: avoid; } thead { display: table-header-group; }
  th, td { padding: 0.3rem 0.4rem; } tbody th { min-width: 0; } * { print-color-adjust: exact; } }
`;
