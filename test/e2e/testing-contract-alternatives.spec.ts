import { DocumentBuilder } from '@nestjs/swagger';
import { createSecureDocument } from 'nestjs-scopes';
import { assertSecurityContract } from 'nestjs-scopes/testing';
import type { OpenAPIObject } from '@nestjs/swagger';
import { AlternativesApp, asked } from '../support/alternatives-app.js';
import { ADAPTERS, start } from '../support/running-app.js';
import type { RunningApp } from '../support/running-app.js';

const PATHS = ['/either', '/scopes', '/one-with-scopes', '/both', '/open', '/pair', '/class/key'];

describe.each(ADAPTERS)('The contract of an application with alternatives on %s', (adapter) => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await start(AlternativesApp, adapter);
  });
  afterAll(() => app.close());
  const documented = (version: string): OpenAPIObject => createSecureDocument(app.app, new DocumentBuilder().setOpenAPIVersion(version).build());
  /** The document with another `security` of one route. */
  const lying = (path: string, security: Record<string, string[]>[]): OpenAPIObject => {
    const document = structuredClone(documented('3.1.0'));
    const operation = document.paths[path]?.get;
    if (operation !== undefined) operation.security = security;
    return document;
  };

  it.each(['3.0.0', '3.1.0'])('is what the document says, in OpenAPI %s, and no strategy is asked', async (version) => {
    asked.length = 0;
    const { operations, untested } = await assertSecurityContract(app.app, documented(version));
    expect(operations).toBe(18);
    // Two of the ways to meet what different places require cannot be sent.
    expect(new Set(untested.map(({ operation }) => operation))).toEqual(new Set(['GET /class/tenant']));
    expect(asked).toEqual([]);
  });

  it.each<[path: string, security: Record<string, string[]>[], because: string]>([
    ['/both', [{ basic: [] }], 'one of two schemes that it does not name'],
    ['/scoped-value', [{ apiKey: ['admin'] }], 'an alternative that shares a scheme with another'],
    ['/scoped-value', [{ apiKey: [], session: [] }], 'the other one of them'],
    ['/either', [{ oauth2: [] }], 'an alternative that it does not have'],
    ['/either', [{ oauth2: [] }, { apiKey: [] }, { basic: [] }], 'one that is not enforced'],
    ['/either', [{ oauth2: [], apiKey: [] }], 'AND in place of OR'],
    ['/scopes', [{ oauth2: ['items'] }, { apiKey: [] }], 'no scopes in one of them'],
    ['/one-with-scopes', [{ oauth2: ['admin'] }, { apiKey: ['admin'] }], 'the scopes of another alternative'],
    ['/both', [{ apiKey: [] }, { session: [] }, { basic: [] }], 'OR in place of AND'],
    ['/open', [{ oauth2: [] }, { apiKey: [] }], 'no anonymous callers'],
    ['/either', [{ oauth2: [] }, { apiKey: [] }, {}], 'anonymous callers'],
    ['/class/key', [{ oauth2: [], apiKey: [] }], 'more than is wanted'],
  ])('is not what a document says that shows %s with %j: %s', async (path, security) => {
    await expect(assertSecurityContract(app.app, lying(path, security))).rejects.toThrow(`GET ${path}`);
  });

  it('names nothing else', async () => {
    const error = await assertSecurityContract(app.app, lying('/both', [{ basic: [] }])).then(() => null, (thrown: unknown) => thrown as Error);
    for (const path of PATHS) expect(error?.message.includes(`GET ${path}`)).toBe(path === '/both');
  });
});
