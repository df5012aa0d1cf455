import { DocumentBuilder } from '@nestjs/swagger';
import { createSecureDocument } from 'nestjs-scopes';
import { assertSecurityContract } from 'nestjs-scopes/testing';
import { createApp } from '../../apps/demo/src/create-app.js';
import { ADAPTERS } from '../support/running-app.js';
import { temporaryFolder } from '../support/temporary-folder.js';

describe.each(ADAPTERS)('the demo on %s', (adapter) => {
  const folder = temporaryFolder();

  it.each(['3.0.0', '3.1.0'])('does what its document says, in OpenAPI %s', async (version) => {
    const app = await createApp(adapter, folder);
    try {
      const document = createSecureDocument(app, new DocumentBuilder().setOpenAPIVersion(version).build());
      const { operations, requests, untested } = await assertSecurityContract(app, document);
      expect(operations).toBe(Object.keys(document.paths).length);
      expect(requests).toBeGreaterThan(10 * operations - 10);
      expect(untested).toEqual([]);
    } finally {
      await app.close();
    }
  });
});
