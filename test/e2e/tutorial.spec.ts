import { DocumentBuilder } from '@nestjs/swagger';
import type { OpenAPIObject } from '@nestjs/swagger';
import { createSecureDocument } from 'nestjs-scopes';
import { expectedAnswer } from '../support/deviations.js';
import { challengeSchemes, challengeScopes, recordedApplication, requestOf, sentBy, withClaims } from '../support/recorded-application.js';
import { ADAPTERS, start } from '../support/running-app.js';
import type { RunningApp } from '../support/running-app.js';
import { tutorialApp } from '../support/tutorial-app.js';

/** What FastAPI 0.141.1 answered to its scopes tutorial. */
const recorded = recordedApplication(new URL('tutorial-vectors.json', import.meta.url));
const { data } = recorded.app;

const vectors = recorded.vectors.map((vector) => {
  const expected = expectedAnswer(vector);
  return { vector, expected, status: expected.status, sent: sentBy(vector, data.tokens) };
});

describe.each(ADAPTERS)("FastAPI's scopes tutorial on %s", (adapter) => {
  let app: RunningApp;
  let document: OpenAPIObject;
  let replayed = 0;

  beforeAll(async () => {
    app = await start(tutorialApp(recorded.app), adapter, (made) => {
      document = createSecureDocument(made, new DocumentBuilder().setOpenAPIVersion('3.1.0').build());
    });
  });
  afterAll(() => app.close());

  it.each(vectors)('answers $status to $sent', async ({ vector, expected }) => {
    const answer = await app.send(requestOf(vector));
    replayed += 1;
    expect(answer.status).toBe(expected.status);
    expect(challengeSchemes(answer)).toEqual(expected.challengeScheme === null ? [] : [expected.challengeScheme]);
    if (expected.error !== undefined) expect(answer.challenges[0]).toContain(`error="${expected.error}"`);
    if (expected.scopes !== undefined) expect(challengeScopes(answer.challenges[0])).toEqual(expected.scopes);
    if (expected.message === undefined) expect(withClaims(answer.json)).toEqual(withClaims(expected.json));
    else expect(answer.json).toMatchObject({ statusCode: expected.status, message: expected.message });
  });

  it('has replayed every recorded request', () => {
    expect(replayed).toBe(71);
    expect(replayed).toBe(recorded.vectors.length);
  });

  it('documents the security schemes as FastAPI does', () => {
    expect(document.components?.securitySchemes).toEqual(recorded.openapi.components.securitySchemes);
  });

  it('documents the same operations', () => {
    expect(Object.keys(documentedSecurity(document)).sort()).toEqual(Object.keys(recorded.openapi.operations).map(withoutEndSlash).sort());
  });

  it.each(Object.entries(recorded.openapi.operations))('documents the security of %s as FastAPI does', (operation, { security }) => {
    expect(withScopeSets(documentedSecurity(document)[withoutEndSlash(operation)])).toEqual(withScopeSets(security));
  });
});

type Security = readonly Readonly<Record<string, readonly string[]>>[] | null | undefined;

/** By `METHOD /path`; `null` where the key is absent. */
function documentedSecurity({ paths }: OpenAPIObject): Record<string, Security> {
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item as Record<string, { security?: Security }>).map(([method, { security = null }]) => [`${method.toUpperCase()} ${path}`, security] as const),
  );
  return Object.fromEntries(operations);
}

/** Nest maps and documents a path without the slash at its end, and answers with it too. */
function withoutEndSlash(path: string): string {
  return path.replace(/\/$/, '');
}

/** The order of scopes in a requirement has no meaning. */
function withScopeSets(security: Security): unknown {
  return security?.map((alternative) => Object.fromEntries(Object.entries(alternative).map(([scheme, scopes]) => [scheme, new Set(scopes)]))) ?? null;
}
