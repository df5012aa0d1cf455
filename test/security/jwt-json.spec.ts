import { describeCorpora } from '../support/corpora.js';
import { claims, header, jws } from '../support/hostile-tokens.js';
import { JwtApp } from '../support/jwt-app.js';
import { ADAPTERS, start } from '../support/running-app.js';
import type { RunningApp } from '../support/running-app.js';
import { recordFigure } from '../support/score.js';

/** A case of nst/JSONTestSuite. */
interface JsonCase {
  readonly name: string;
  readonly expect: 'accept' | 'reject' | 'either';
  readonly base64: string;
}

const bytesOf = ({ base64 }: JsonCase): Buffer => Buffer.from(base64, 'base64');

/** A good object with the case as the value of its last member. */
function around(good: object, json: JsonCase): Buffer {
  return Buffer.concat([Buffer.from(`${JSON.stringify(good).slice(0, -1)},"x":`), bytesOf(json), Buffer.from('}')]);
}

/** Each token has the right signature: only the JSON is wrong. */
const PLACES = {
  header: (json: JsonCase) => jws(bytesOf(json), claims()),
  claims: (json: JsonCase) => jws(header(), bytesOf(json)),
};
const PLACES_INSIDE = {
  'a header': (json: JsonCase) => jws(around(header(), json), claims()),
  claims: (json: JsonCase) => jws(header(), around(claims(), json)),
};

describeCorpora('RFC 7515 §4, RFC 7519 §7.2: JSON as parsers read it differently (JSONTestSuite)', (read) => {
  const { cases } = read('json-parsing/json-test-suite.json') as { readonly cases: readonly JsonCase[] };
  const rejected = cases.filter(({ expect: expected }) => expected === 'reject');

  describe.each(ADAPTERS)('on %s', (adapter) => {
    let app: RunningApp;
    beforeAll(async () => { app = await start(JwtApp.register(), adapter); });
    afterAll(() => app.close());

    /** The names of the cases by the status that their tokens are answered with. */
    async function answers(sent: readonly JsonCase[], tokenOf: (json: JsonCase) => string): Promise<Map<number, string[]>> {
      const byStatus = new Map<number, string[]>();
      for (const json of sent) {
        const { status } = await app.get('/eddsa', tokenOf(json));
        byStatus.set(status, [...(byStatus.get(status) ?? []), json.name]);
      }
      return byStatus;
    }

    it('refuses each of them as header and as claims', async () => {
      expect(cases).toHaveLength(316);
      const all = await Promise.all(Object.values(PLACES).map((tokenOf) => answers(cases, tokenOf)));
      const count = (first: number) => all.flatMap((byStatus) => [...byStatus]).reduce((sum, [status, names]) => sum + (Math.floor(status / 100) === first ? names.length : 0), 0);
      const [accepted, failed] = [count(2), count(5)];
      recordFigure({
        name: 'JSON as header and claims',
        figure: `${String(cases.length)} cases x 2 places: ${String(accepted)} accepted, ${String(failed)} x 5xx`,
        goal: '0 accepted, 0 x 5xx (Express, Fastify)',
        isMet: accepted === 0 && failed === 0,
      });
      expect(all.map((byStatus) => [...byStatus.keys()])).toEqual([[401], [401]]);
    });

    it.each(Object.entries(PLACES_INSIDE))('refuses %s with one member that is not JSON', async (_place, tokenOf) => {
      expect(await answers(rejected, tokenOf)).toEqual(new Map([[401, rejected.map(({ name }) => name)]]));
    });

    it('accepts claims with one member that is JSON, but for a repeated name', async () => {
      const accepted = cases.filter(({ expect: expected }) => expected === 'accept');
      expect(await answers(accepted, PLACES_INSIDE.claims)).toEqual(new Map([
        [200, accepted.map(({ name }) => name).filter((name) => !name.includes('duplicated_key'))],
        [401, ['y_object_duplicated_key.json', 'y_object_duplicated_key_and_value.json']],
      ]));
    });
  });
});
