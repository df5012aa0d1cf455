import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Application } from './declaration.js';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const BESIDE_THE_PROJECT = '../shared/fastapi-parity/vectors';

/**
 * The folder of vectors: the one that `FASTAPI_VECTORS` names, which must be there, else the one beside the project.
 * `null`: nobody named one, and there is none.
 */
export function vectorFolder(named = process.env['FASTAPI_VECTORS']): string | null {
  const folder = resolve(PROJECT, named ?? BESIDE_THE_PROJECT);
  if (existsSync(folder)) return folder;
  if (named === undefined) return null;
  throw new Error(`There is no folder ${named} with the recorded answers of FastAPI. Set FASTAPI_VECTORS to a folder of that format.`);
}

/** The applications of a folder, by name; a file that starts with `_` is none. */
export function applicationsIn(folder: string): readonly Application[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json') && !file.startsWith('_'));
  if (files.length === 0) throw new Error(`${folder} holds no application: no .json file whose name does not start with "_".`);
  return files.sort().map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Application);
}
