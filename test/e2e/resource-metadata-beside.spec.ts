import { Module } from '@nestjs/common';
import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder } from '@nestjs/swagger';
import { AuthModule, createSecureDocument, protectDocs, setupSecurityReport } from 'nestjs-scopes';
import { assertSecurityContract } from 'nestjs-scopes/testing';
import { RESOURCE, resourceApp, WELL_KNOWN } from '../support/resource-app.js';
import { ADAPTERS, start, startError } from '../support/running-app.js';
import { ISSUER, testScheme, TestStrategy } from '../support/tokens.js';

const documentOf = (app: INestApplication) => createSecureDocument(app, new DocumentBuilder().setOpenAPIVersion('3.1.0').build());

describe.each(ADAPTERS)('Beside the description of the protected resource, on %s', (adapter) => {
  it('the contract with the document holds, and the document does not have it', async () => {
    const app = await start(resourceApp({ resource: RESOURCE, global: true }), adapter);
    const document = documentOf(app.app);
    expect(Object.keys(document.paths)).not.toContain(WELL_KNOWN);
    await expect(assertSecurityContract(app.app, document)).resolves.toMatchObject({ untested: [] });
    await app.close();
  });

  it('the security report shows it as public', async () => {
    const app = await start(resourceApp({ resource: RESOURCE, global: true }), adapter, (nest) => { setupSecurityReport('security', nest); });
    const { json } = await app.get('/security.json');
    const { routes } = json as { routes: readonly { path: string }[] };
    expect(routes.filter(({ path }) => path === WELL_KNOWN)).toEqual([expect.objectContaining({ method: 'GET', access: 'public', requirement: 'anybody' })]);
    await app.close();
  });

  it('the challenge of a page behind protectDocs tells of it', async () => {
    const scheme = testScheme();
    const app = await start(resourceApp({ resource: RESOURCE, schemes: [{ scheme, strategy: TestStrategy }] }, []), adapter, (nest) => {
      protectDocs(nest, scheme).getHttpAdapter().get('/page', (_request: unknown, response: { send(text: string): void }) => { response.send('page'); });
    });
    expect((await app.get('/page')).challenges).toEqual([`Bearer realm="api", resource_metadata="${RESOURCE}${WELL_KNOWN}"`]);
    await app.close();
  });

  it('forRootAsync takes the option too', async () => {
    @Module({ imports: [AuthModule.forRootAsync({ useFactory: () => ({ resource: RESOURCE, schemes: [{ scheme: testScheme(), strategy: TestStrategy }] }) })] })
    class AsyncApp {}
    const app = await start(AsyncApp, adapter);
    expect((await app.get(WELL_KNOWN)).json).toEqual({ resource: RESOURCE, authorization_servers: [ISSUER], bearer_methods_supported: ['header'] });
    await app.close();
  });
});

describe('A server that has the route already', () => {
  it('is told at start, where it cannot have a second one', async () => {
    const error = await startError(resourceApp({ resource: RESOURCE }), 'fastify', (app) => void app.getHttpAdapter().get(WELL_KNOWN, () => undefined));
    expect(error.message).toContain(`resource is served at ${WELL_KNOWN}, and the server has such a route already`);
  });
});
