import { isDeepStrictEqual } from 'node:util';
import type { Expectation, ExpectedAnswer } from '../expected-answer.js';
import { FASTAPI, modelAnswer } from '../model.js';
import type { Dialect, ModelledRequest } from '../model.js';

/** The rules about dependencies, by what of the dialect each changes. */
const TREE_RULES: Readonly<Record<string, Partial<Dialect>>> = {
  'use-cache-in-lists': { honoursUseCacheInLists: true },
  'scopes-deduplicated': { dropsDuplicates: true },
  // The handler is the root of the tree, so FastAPI's has no scopes above it, whatever the route requires.
  'handler-scopes': { tellsHandlersScopes: true },
};

/**
 * The answer where functions run: by a model of the semantics with all our rules. Only where the same model, with none of
 * them, gives what FastAPI answered; `null` elsewhere.
 */
export async function treeExpectation(modelled: ModelledRequest, recorded: ExpectedAnswer): Promise<Expectation<ExpectedAnswer> | null> {
  const asFastApi = await modelAnswer({ ...modelled, readings: new Map() }, FASTAPI);
  if (asFastApi === null || !isDeepStrictEqual(comparable(asFastApi), comparable(recorded))) return null;
  const answer = await modelAnswer(modelled, Object.assign({}, FASTAPI, ...Object.values(TREE_RULES)) as Dialect);
  if (answer === null) return null;
  const rules: string[] = [];
  for (const [name, change] of Object.entries(TREE_RULES)) {
    const changed = await modelAnswer({ ...modelled, readings: new Map() }, { ...FASTAPI, ...change });
    if (!isDeepStrictEqual(changed, asFastApi)) rules.push(name);
  }
  return { answer: isDeepStrictEqual(comparable(answer), comparable(recorded)) ? recorded : answer, rules };
}

function comparable({ status, json, message, challenge }: ExpectedAnswer): unknown {
  return [status, json, message, challenge];
}
