/** Strings, and the punctuation that says whether one is a name and of which object. */
const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\]:]/g;

/** Whether an object in a JSON text has a name twice, which `JSON.parse` hides: it keeps the last one. The text must be valid JSON. */
export function hasRepeatedName(json: string): boolean {
  const open: Set<string>[] = [];
  let text = '';
  for (const [token] of json.matchAll(TOKENS)) {
    if (token === '{' || token === '[') open.push(new Set());
    else if (token === '}' || token === ']') open.pop();
    else if (token !== ':') text = token;
    else {
      const names = open.at(-1);
      const name = JSON.parse(text) as string;
      if (names?.has(name) === true) return true;
      names?.add(name);
    }
  }
  return false;
}
