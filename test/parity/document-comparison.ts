import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder } from '@nestjs/swagger';
import { createSecureDocument } from 'nestjs-scopes';
import { isDeepStrictEqual } from 'node:util';
import { difference } from './comparison.js';
import { placedRoutes } from './controllers-of.js';
import type { Application, SecurityRequirements } from './declaration.js';
import type { Expectation } from './expected-answer.js';
import type { Outcome } from './outcome.js';
import { COMPONENTS_RULES, SECURITY_RULES } from './rules/document-rules.js';

const WEBHOOK = 'webhook ';

/** What is compared of an application's document: its schemes, and each operation that Nest can express. */
export function documentSubjects({ id, openapi }: Application): readonly string[] {
  return [`${id} securitySchemes`, ...operationsOf(openapi.operations).map((operation) => `${id} ${operation}`)];
}

/** Compares the document of a rebuilt application with FastAPI's. */
export function compareDocument(application: Application, app: INestApplication): readonly Outcome[] {
  const { id, openapi } = application;
  const written = createSecureDocument(app, new DocumentBuilder().setOpenAPIVersion('3.1.0').build());
  // As a reader gets it: JSON.
  const document = JSON.parse(JSON.stringify(written)) as WrittenDocument;
  const schemes = expectedSchemes(application);
  const documented = new Map(
    Object.entries(document.paths).flatMap(([path, item]) => Object.entries(item).map(([method, { security }]) => [`${method.toUpperCase()} ${path}`, security ?? null])),
  );
  const operations = operationsOf(openapi.operations).map((operation): Outcome => {
    const { answer, rules } = expectedSecurity(application, operation);
    const shown = documented.get(withoutEndSlash(operation));
    return { subject: `${id} ${operation}`, rules, differences: [difference('security', sorted(answer), sorted(shown))].flatMap((each) => each ?? []) };
  });
  const known = operationsOf(openapi.operations).map(withoutEndSlash);
  const unknown = [...documented.keys()].filter((operation) => !known.includes(operation));
  return [
    { subject: `${id} securitySchemes`, rules: schemes.rules, differences: [difference('securitySchemes', schemes.answer, document.components.securitySchemes)].flatMap((each) => each ?? []) },
    ...operations,
    ...unknown.map((operation) => ({ subject: `${id} ${operation}`, rules: [], differences: ['the operation is documented, and was not'] })),
  ];
}

interface WrittenDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly security?: SecurityRequirements }>>>>;
  readonly components: { readonly securitySchemes: Readonly<Record<string, unknown>> };
}

function operationsOf(operations: Application['openapi']['operations']): readonly string[] {
  return Object.keys(operations).filter((operation) => !operation.startsWith(WEBHOOK));
}

function expectedSchemes({ app, openapi }: Application): Expectation<Readonly<Record<string, unknown>>> {
  const recorded = openapi.components?.securitySchemes ?? {};
  const applied = COMPONENTS_RULES.map((rule) => ({ name: rule.name, answer: rule.components(recorded, app) })).filter(({ answer }) => answer !== null);
  return { answer: applied.at(-1)?.answer ?? recorded, rules: applied.map(({ name }) => name) };
}

function expectedSecurity({ app, openapi }: Application, operation: string): Expectation<SecurityRequirements | null> {
  const recorded = openapi.operations[operation]?.security ?? null;
  const placed = placedRoutes(app).find(({ path, route }) => `${route.method} ${path}` === operation);
  if (recorded === null || placed === undefined) return { answer: recorded, rules: [] };
  let answer = recorded;
  const rules: string[] = [];
  for (const rule of SECURITY_RULES) {
    const next = rule.security(answer, app, placed);
    if (next !== null && !isDeepStrictEqual(next, answer)) rules.push(rule.name);
    answer = next ?? answer;
  }
  return { answer, rules };
}

/** Nest documents a path without the slash at its end. */
function withoutEndSlash(operation: string): string {
  return operation.replace(/(?<=.*\/.*)\/$/, '');
}

/** Neither the order of alternatives, nor that of schemes and scopes has a meaning. */
function sorted(security: SecurityRequirements | null | undefined): unknown {
  const alternatives = security?.map((alternative) => Object.entries(alternative).map(([name, scopes]) => [name, [...scopes].sort()] as const).sort(([a], [b]) => a.localeCompare(b)));
  return alternatives?.map((alternative) => JSON.stringify(Object.fromEntries(alternative))).sort() ?? security;
}
