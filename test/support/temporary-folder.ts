import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A new folder that is removed after the tests of the file or `describe` that calls this. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'nestjs-scopes-'));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  return folder;
}
