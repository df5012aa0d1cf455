import { answerOf, differences, shortened } from './comparison.js';
import { routeFor } from './controllers-of.js';
import type { Application, ApplicationDeclaration, SentRequest, Vector } from './declaration.js';
import { compareDocument, documentSubjects } from './document-comparison.js';
import { expectedAnswer } from './expectation.js';
import type { Outcome, ReplayOutcomes } from './outcome.js';
import { rebuilt } from './rebuilt-module.js';
import type { Rebuilt } from './rebuilt-module.js';
import { CONSTRUCTION_RULES } from './rules/construction-rules.js';
import type { Adapter, RunningApp, SetUp, TestResponse } from '../support/running-app.js';
import { httpAdapter, listening, start } from '../support/running-app.js';
import { Test } from '@nestjs/testing';

/** Rebuilds an application on an adapter, sends every recorded request and compares answers and document. */
export async function replay(application: Application, adapter: Adapter): Promise<ReplayOutcomes> {
  const refusing = CONSTRUCTION_RULES.filter(({ applies }) => applies(application.app));
  let document: ReplayOutcomes['documents'] = [];
  let running: RunningApp;
  try {
    running = await startRebuilt(rebuilt(application.app), adapter, (made) => {
      if (refusing.length === 0) document = compareDocument(application, made);
    });
  } catch (error) {
    const name = error instanceof Error ? error.name : typeof error;
    const isExpected = refusing.some((rule) => rule.error === name);
    return notStarted(application, isExpected ? [] : [`the application does not start: ${String(error)}`], refusing.map((rule) => rule.name));
  }
  try {
    if (refusing.length > 0) return notStarted(application, [`expected ${refusing.map((rule) => rule.error).join()}, but the application starts`], []);
    const vectors: Outcome[] = [];
    for (const vector of application.vectors) vectors.push(await outcomeOf(vector, application.app, running));
    return { vectors, documents: document };
  } finally {
    await running.close();
  }
}

/** Overrides need a testing module. */
async function startRebuilt({ module, overrides }: Rebuilt, adapter: Adapter, setUp: SetUp): Promise<RunningApp> {
  if (overrides.length === 0) return start(module, adapter, setUp);
  const testing = Test.createTestingModule({ imports: [module] });
  for (const [token, replacement] of overrides) testing.overrideProvider(token).useClass(replacement);
  const app = (await testing.compile()).createNestApplication(httpAdapter(adapter), { logger: false, abortOnError: false });
  await setUp(app);
  return listening(app);
}

/** The same outcome for everything, where there is no application to ask. */
function notStarted(application: Application, reasons: readonly string[], rules: readonly string[]): ReplayOutcomes {
  const outcome = (subject: string): Outcome => ({ subject, rules, differences: reasons });
  return { vectors: application.vectors.map(({ id }) => outcome(id)), documents: documentSubjects(application).map(outcome) };
}

async function outcomeOf({ id, request, response }: Vector, declaration: ApplicationDeclaration, running: RunningApp): Promise<Outcome> {
  const placed = routeFor(declaration, request.method, request.path);
  const ask = async (other: SentRequest): Promise<ReturnType<typeof answerOf>> => answerOf(await send(running, other));
  try {
    const { answer, rules } = await expectedAnswer({ declaration, placed, request, recorded: response, ask });
    const found = differences(answer, await send(running, request));
    return { subject: id, rules, differences: found.length === 0 ? [] : [`sent: ${shownRequest(request)}`, ...found] };
  } catch (error) {
    return { subject: id, rules: [], differences: [`sent: ${shownRequest(request)}`, `the request failed: ${String(error)}`] };
  }
}

function send(running: RunningApp, { method, path, headers, body }: SentRequest): Promise<TestResponse> {
  // A request that may have a body says that it has none. @see RFC 9110 §8.6
  const bytes = body ?? (['POST', 'PUT', 'PATCH'].includes(method) ? '' : undefined);
  return running.send({ method, path, headers, ...(bytes !== undefined && { body: Buffer.from(bytes, 'latin1') }) });
}

function shownRequest({ method, path, headers, body }: SentRequest): string {
  const fields = headers.map(([name, value]) => `${name}: ${shortened(value)}`);
  return [`${method} ${shortened(path).slice(1, -1)}`, ...fields, ...(body === undefined ? [] : [`body ${shortened(body)}`])].join(', ');
}
