import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Application } from './declaration.js';
import { MADE_UP } from './made-up-application.js';
import { WITH_FUNCTIONS } from './made-up-functions.js';
import { isDifferent } from './outcome.js';
import { replay } from './replay.js';
import { obstacleTo } from './replayable.js';
import { Tally } from './tally.js';
import { applicationsIn, vectorFolder } from './vector-folder.js';
import { ADAPTERS } from '../support/running-app.js';
import { temporaryFolder } from '../support/temporary-folder.js';

describe('The folder of vectors', () => {
  const [filled, empty] = [temporaryFolder(), temporaryFolder()];

  it('may be another one, with applications that nobody has seen', () => {
    writeFileSync(join(filled, 'made_up.json'), JSON.stringify(MADE_UP));
    writeFileSync(join(filled, '_index.json'), '{}');
    expect(applicationsIn(String(vectorFolder(filled))).map(({ id }) => id)).toEqual(['made_up']);
  });

  it('has to be there when it is named', () => {
    expect(() => vectorFolder('no/such/folder')).toThrow('There is no folder no/such/folder');
  });

  it('has to hold an application', () => {
    expect(() => applicationsIn(empty)).toThrow('holds no application');
  });
});

describe.each(ADAPTERS)('The harness on %s', (adapter) => {
  it('replays an application of the format that is made up', async () => {
    const outcomes = await replay(MADE_UP, adapter);
    expect([...outcomes.vectors, ...outcomes.documents].filter(isDifferent)).toEqual([]);
    expect(rulesOf(outcomes.vectors)).toEqual({
      'either by a bad token': ['token-syntax'],
      'either by two tokens': ['two-transmissions'],
      'either by two keys': ['one-api-key'],
      'list without its slash': ['framework-redirect'],
      'thing by a bad number': ['framework-validation'],
    });
    expect(rulesOf(outcomes.documents)).toEqual({
      'made_up GET /either': ['openapi-and', 'openapi-optional'],
      'made_up GET /v1/outer/inner/things/{id}': ['openapi-and'],
    });
    const tally = new Tally();
    tally.add(outcomes);
    expect(tally.total(adapter)).toBe(`parity: 10 vectors, 5 equal, 5 deliberate, 0 different (${adapter})`);
  });

  it('replays functions, with lists, overrides, checks and duplicates', async () => {
    const outcomes = await replay(WITH_FUNCTIONS, adapter);
    expect([...outcomes.vectors, ...outcomes.documents].filter(isDifferent)).toEqual([]);
    expect(rulesOf(outcomes.vectors)).toEqual({
      'twice in a list': ['use-cache-in-lists'],
      'asked for twice': ['scopes-deduplicated'],
      'handler with scopes': ['handler-scopes'],
      'a bad token in a tree': ['token-syntax', 'handler-scopes'],
      'a query that does not fit': ['framework-validation'],
    });
  });

  it('reports another order of calls as different', async () => {
    const vectors = WITH_FUNCTIONS.vectors.filter(({ id }) => id === 'order').map((vector) => ({ ...vector, response: { ...vector.response, json: { trace: [] } } }));
    const outcomes = await replay({ ...WITH_FUNCTIONS, vectors }, adapter);
    expect(outcomes.vectors.filter(isDifferent)).toHaveLength(1);
  });

  it.each<[string, Partial<Application['vectors'][number]['response']>, string]>([
    ['status', { status: 204 }, 'status: expected 204, actual 200'],
    ['body', { json: { id: 8 } }, 'body: expected {"id":8}, actual {"id":7}'],
    ['challenge', { headers: { 'www-authenticate': 'Bearer' } }, 'challenge: expected "bearer", actual []'],
  ])('reports another %s than the recorded one as different', async (_what, response, difference) => {
    const vectors = MADE_UP.vectors.filter(({ id }) => id === 'thing').map((vector) => ({ ...vector, response: { ...vector.response, ...response } }));
    const outcomes = await replay({ ...MADE_UP, vectors }, adapter);
    expect(outcomes.vectors.flatMap(({ differences }) => differences)).toContain(difference);
  });

  it('reports another security than the documented one as different', async () => {
    const operations = { ...MADE_UP.openapi.operations, 'GET /list/': { security: [{ HTTPBearer: [] }] } };
    const { documents } = await replay({ ...MADE_UP, openapi: { ...MADE_UP.openapi, operations } }, adapter);
    expect(documents.filter(isDifferent).map(({ subject }) => subject)).toEqual(['made_up GET /list/']);
  });

  it('reports every vector of an application that does not start as different', async () => {
    const schemes = { ...MADE_UP.app.schemes, stamp: { class: 'APIKeyQuery', args: { name: '' } } };
    const { vectors } = await replay({ ...MADE_UP, app: { ...MADE_UP.app, schemes } }, adapter);
    expect(vectors.filter(isDifferent)).toHaveLength(MADE_UP.vectors.length);
  });
});

describe('An application that cannot be replayed', () => {
  it.each<[string, Application['app']]>([
    ['nothing is declared under the name f', { routes: [{ method: 'GET', path: '/', params: [{ name: 'f', kind: 'depends', ref: 'f' }] }] }],
    ['nothing is declared under the name bearer', { overrides: { bearer: 'fake' } }],
    ['what magic does is only told in words', { dependencies: { f: { behaviour: 'magic' } } }],
    ['a template has an unknown placeholder', { dependencies: { f: { returns: { $other: 1 } } } }],
    ['there is no class HTTPOther', { schemes: { other: { class: 'HTTPOther' } }, routes: [{ method: 'GET', path: '/', params: [{ name: 'o', kind: 'depends', ref: 'other' }] }] }],
    ['no counterpart for a parameter of the kind file', { routes: [{ method: 'GET', path: '/', params: [{ name: 'f', kind: 'file' }] }] }],
  ])('is reported: %s', (reason, declaration) => {
    expect(obstacleTo(declaration)?.reason).toBe(reason);
  });
});

/** The rules behind each outcome that has any. */
function rulesOf(outcomes: readonly { readonly subject: string; readonly rules: readonly string[] }[]): Record<string, readonly string[]> {
  return Object.fromEntries(outcomes.filter(({ rules }) => rules.length > 0).map(({ subject, rules }) => [subject, rules]));
}
