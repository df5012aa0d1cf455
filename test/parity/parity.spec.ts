import { writeFileSync } from 'node:fs';
import { isDifferent } from './outcome.js';
import { replay } from './replay.js';
import { obstacleTo, partsWithoutCounterpart } from './replayable.js';
import { summaryOf, Tally } from './tally.js';
import { applicationsIn, vectorFolder } from './vector-folder.js';
import { ADAPTERS } from '../support/running-app.js';

const folder = vectorFolder();
const applications = folder === null ? [] : applicationsIn(folder);
const tallies = ADAPTERS.map((adapter) => ({ adapter, tally: new Tally() }));

if (folder === null) {
  process.stdout.write('\nNOT RUN: parity with FastAPI. ../shared/fastapi-parity/vectors is not there, and FASTAPI_VECTORS names no other folder.\n\n');
  it.skip('answers as FastAPI did: nothing recorded is there', () => undefined);
}

for (const { adapter, tally } of folder === null ? [] : tallies) {
  describe(`Parity with FastAPI on ${adapter}`, () => {
    it.each(applications.map((application) => [application.id, application] as const))('answers as FastAPI did: %s', async (id, application) => {
      const obstacle = obstacleTo(application.app);
      if (obstacle !== null) {
        tally.skip(application, obstacle);
        return;
      }
      tally.leaveOut(application, partsWithoutCounterpart(application.app));
      const outcomes = await replay(application, adapter);
      tally.add(outcomes);
      const different = [...outcomes.vectors, ...outcomes.documents].filter(isDifferent);
      if (different.length === 0) return;
      throw new Error(different.map(({ subject, differences }) => [`${id}, ${subject}`, ...differences].join('\n  ')).join('\n'));
    });
  });
}

afterAll(() => {
  if (folder === null) return;
  const summary = `\n${summaryOf(tallies)}\n`;
  const file = process.env['PARITY_SUMMARY'];
  if (file === undefined) process.stdout.write(summary);
  else writeFileSync(file, summary);
});
