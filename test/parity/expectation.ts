import { isDeepStrictEqual } from 'node:util';
import { recordedAnswer } from './expected-answer.js';
import type { Expectation, ExpectedAnswer, Exchange } from './expected-answer.js';
import { answerWith } from './readings.js';
import type { Reading } from './readings.js';
import { API_KEY_RULES } from './rules/api-key-rules.js';
import { AUTHORIZATION_RULES } from './rules/authorization-rules.js';
import { BASIC_RULES } from './rules/basic-rules.js';
import { FORM_RULES } from './rules/form-rules.js';
import { FRAMEWORK_RULES } from './rules/framework-rules.js';
import { treeExpectation } from './rules/tree-rules.js';
import { schemesOfRoute, usesFunctions } from './used-schemes.js';

/** In order: a later rule has the last word on a scheme. */
const READING_RULES = [...AUTHORIZATION_RULES, ...BASIC_RULES, ...API_KEY_RULES];

/** The answer to a recorded request: FastAPI's, changed by each rule that applies, in order. */
export async function expectedAnswer(exchange: Exchange): Promise<Expectation<ExpectedAnswer>> {
  const recorded = recordedAnswer(exchange.recorded);
  const read = readingsOf(exchange);
  const { declaration, placed, request } = exchange;
  const runsFunctions = placed !== undefined && usesFunctions(declaration, placed);
  const ofTree = runsFunctions ? await treeExpectation({ declaration, placed, request, readings: read.readings }, recorded) : null;
  let answer = ofTree?.answer ?? answerWith(read.readings, recorded, exchange);
  const rules = [...read.rules, ...(ofTree?.rules ?? [])];
  for (const rule of [...FORM_RULES, ...FRAMEWORK_RULES]) {
    const next = await rule.answer(exchange, answer);
    if (next !== null) rules.push(rule.name);
    answer = next ?? answer;
  }
  return { answer, rules: isDeepStrictEqual(answer, recorded) ? [] : [...new Set(rules)] };
}

/** What the schemes of the route make of the request, where a rule says so. */
function readingsOf({ declaration, placed, request }: Exchange): { readings: ReadonlyMap<string, Reading>; rules: readonly string[] } {
  const readings = new Map<string, Reading>();
  const rules: string[] = [];
  for (const { ref, scheme } of placed === undefined ? [] : schemesOfRoute(declaration, placed)) {
    for (const rule of READING_RULES) {
      const reading = rule.reading(scheme, request);
      if (reading === null) continue;
      readings.set(ref, reading);
      rules.push(rule.name);
    }
  }
  return { readings, rules };
}
