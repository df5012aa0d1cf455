import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { DocumentBuilder } from '@nestjs/swagger';
import type { OpenAPIObject } from '@nestjs/swagger';
import { createSecureDocument } from 'nestjs-scopes';
import { assertSecurityContract } from 'nestjs-scopes/testing';
import { ContractApp, takeRan } from '../support/contract-app.js';
import { ADAPTERS, httpAdapter } from '../support/running-app.js';

type Document = OpenAPIObject;
type Operation = NonNullable<Document['paths'][string]['get']>;

const operation = (document: Document, path: string): Operation => document.paths[path]?.get ?? document.paths[path]?.delete as Operation;
const secure = (path: string, security: Operation['security']) => (document: Document): void => { operation(document, path).security = security; };

/** What a document may say that is not so, and the lines that tell. */
const LIES = [
  { lie: 'a scope is missing', change: secure('/items', [{ oauth2: ['me'] }]), lines: ['GET /items, oauth2 with me: the document lets it in, the application answers 403'] },
  {
    lie: 'there is a scope too many',
    change: secure('/items', [{ oauth2: ['me', 'items', 'admin'] }]),
    lines: ['GET /items, oauth2 without the scope admin: the document says 403, the application lets it in'],
  },
  {
    lie: 'the scope of an API key is missing',
    change: secure('/key', [{ apiKey: [] }]),
    lines: ['GET /key, apiKey: the document lets it in, the application answers 403'],
  },
  {
    lie: 'there is an alternative too many',
    change: secure('/items', [{ oauth2: ['me', 'items'] }, { queryKey: [] }]),
    lines: ['GET /items, queryKey: the document lets it in, the application answers 401'],
  },
  {
    lie: 'the alternative of an anonymous caller is missing',
    change: secure('/either', [{ optional: [] }]),
    lines: ['GET /either, without credentials: the document says 401, the application lets it in'],
  },
  {
    lie: 'an anonymous caller may come too',
    change: secure('/basic', [{ basic: [] }, {}]),
    lines: [
      'GET /basic, without credentials; credentials of oauth2, apiKey, queryKey, session, optional, digest, opaque or signature only: the document lets it in, the application answers 401',
    ],
  },
  {
    lie: 'one of two schemes is missing',
    change: secure('/both', [{ oauth2: ['me'] }]),
    lines: ['GET /both, oauth2 with me: the document lets it in, the application answers 401'],
  },
  {
    lie: 'one of two schemes is enough',
    change: secure('/both', [{ oauth2: ['me'] }, { apiKey: ['report'] }]),
    lines: [
      'GET /both, oauth2 with me; apiKey with report: the document lets it in, the application answers 401',
      'GET /both, apiKey without the scope report: the document says 403, the application answers 401',
    ],
  },
  {
    lie: 'both of two schemes are needed',
    change: secure('/query', [{ queryKey: [], apiKey: [] }]),
    lines: ['GET /query, queryKey without apiKey; unknown credentials of apiKey: the document says 401, the application lets it in'],
  },
  { lie: 'nothing is required', change: secure('/items/{id}', []), lines: ['DELETE /items/{id}, without credentials: the document lets it in, the application answers 401'] },
  {
    lie: 'a public route is protected',
    change: secure('/public', [{ oauth2: ['me'] }]),
    lines: ['GET /public, without credentials: the document says 401, the application lets it in'],
  },
  {
    lie: 'an open route is protected',
    change: secure('/open', [{ oauth2: [] }]),
    lines: ['GET /open, without credentials: the document says 401, the application lets it in'],
  },
  {
    lie: 'it is another scheme',
    change: secure('/query', [{ basic: [] }]),
    lines: [
      'GET /query, without credentials; malformed credentials of basic; unknown credentials of basic; credentials of oauth2, apiKey, session, optional, optionalBasic, digest, opaque or signature only: the document says basic, the application challenges with apikey',
      'GET /query, basic: the document lets it in, the application answers 401',
      'GET /query, credentials of queryKey only: the document says 401, the application lets it in',
    ],
  },
  {
    lie: 'the key travels elsewhere',
    change: (document: Document): void => { Object.assign(document.components?.securitySchemes?.['queryKey'] as object, { in: 'header', name: 'X-Key' }); },
    lines: ['GET /query, queryKey: the document lets it in, the application answers 401'],
  },
  {
    lie: 'the scheme is not described',
    change: (document: Document): void => { delete document.components?.securitySchemes?.['queryKey']; },
    lines: ['GET /query: security names queryKey, which components.securitySchemes does not describe'],
  },
  {
    lie: 'there is an operation too many',
    change: (document: Document): void => { document.paths['/gone/{id}'] = { get: { responses: {}, security: [{ oauth2: [] }] } }; },
    lines: ['GET /gone/{id}: the document has it, the application does not'],
  },
  {
    lie: 'there is a method too many',
    change: (document: Document): void => { Object.assign(document.paths['/items'] ?? {}, { put: { responses: {} } }); },
    lines: ['PUT /items: the document has it, the application does not'],
  },
];

describe.each(ADAPTERS)('assertSecurityContract on %s', (adapter) => {
  let app: INestApplication;
  let document: Document;

  beforeAll(async () => {
    app = await NestFactory.create(ContractApp, httpAdapter(adapter), { logger: false, abortOnError: false });
    document = createSecureDocument(app, new DocumentBuilder().setOpenAPIVersion('3.1.0').build());
  });
  afterAll(() => app.close());
  beforeEach(() => { takeRan(); });

  it('finds nothing where the document is right, and tells what nobody can find out', async () => {
    const { operations, requests, untested } = await assertSecurityContract(app, document);
    expect(operations).toBe(17);
    expect(requests).toBeGreaterThan(150);
    expect(untested).toEqual([
      { operation: 'GET /taken', reason: 'the scopes of opaque are checked by the code that takes its credentials, as it has no strategy' },
      { operation: 'GET /hidden', reason: 'the document does not have it' },
    ]);
  });

  it('runs no handler, no dependency and no strategy', async () => {
    await assertSecurityContract(app, document);
    expect(takeRan()).toEqual([]);
  });

  it('finds nothing in a right document of OpenAPI 3.0, which cannot tell the scopes of API keys', async () => {
    const older = createSecureDocument(app, new DocumentBuilder().build());
    expect(older.paths['/key']?.get?.security).toEqual([{ apiKey: [] }]);
    await expect(assertSecurityContract(app, older)).resolves.toMatchObject({ operations: 17 });
  });

  it('takes a document from a file', async () => {
    await expect(assertSecurityContract(app, JSON.parse(JSON.stringify(document)))).resolves.toMatchObject({ operations: 17 });
  });

  it.each(LIES)('finds that $lie', async ({ change, lines }) => {
    const changed = structuredClone(document);
    change(changed);
    const error = await assertSecurityContract(app, changed).then(() => new Error('It passes.'), (reason: unknown) => reason as Error);
    const [title, ...found] = error.message.split('\n  ');
    expect(title).toBe('assertSecurityContract: the document and the application disagree.');
    expect(found).toEqual(lines);
    expect(takeRan()).toEqual([]);
  });
});
