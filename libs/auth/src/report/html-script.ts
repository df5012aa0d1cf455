/** Filters the table of the page; without it everything is shown. */
export const SCRIPT = `
const filter = document.getElementById('filter');
const accesses = document.getElementById('accesses');
const count = document.getElementById('count');
const rows = [...document.querySelectorAll('tbody tr')];
function show() {
  const words = filter.value.toLowerCase().split(/\\s+/).filter(Boolean);
  const access = accesses.querySelector('input:checked').value;
  let shown = 0;
  for (const row of rows) {
    const isAccess = access === '' || row.dataset.kind === access;
    row.hidden = !(isAccess && words.every((word) => row.dataset.text.includes(word)));
    if (!row.hidden) shown += 1;
  }
  count.textContent = shown + ' of ' + rows.length + ' routes';
  document.getElementById('nothing').hidden = shown > 0;
}
filter.addEventListener('input', show);
accesses.addEventListener('change', show);
document.getElementById('controls').hidden = false;
show();
`;
