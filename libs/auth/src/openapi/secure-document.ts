import type { INestApplication } from '@nestjs/common';
import type { OpenAPIObject, SwaggerDocumentOptions } from '@nestjs/swagger';
import { isDeepStrictEqual } from 'node:util';
import { AuthConfigurationError } from '../errors.js';
import { Audit } from '../routes/audit.js';
import { partOf } from '../routes/part-of.js';
import { isForNobody, RouteTable } from '../routes/route-table.js';
import type { RouteRow } from '../routes/route-table.js';
import type { SecurityScheme } from '../schemes/scheme.js';
import { NOBODY_REQUIRED } from '../scopes/requirement.js';
import type { Requirement } from '../scopes/requirement.js';
import { RefusalResponses } from './responses.js';
import { takeRouteMark, withRouteMarks } from './route-marks.js';
import { securityObjects } from './security-objects.js';
import { DOCUMENT_PARTS } from './document-parts.js';
import type { DocumentParts } from './document-parts.js';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

/**
 * `SwaggerModule.createDocument` with the security that is enforced: the registered schemes in
 * `components.securitySchemes`, the exact `security` of every operation, and the 401 and 403 responses where they can
 * happen, with their `WWW-Authenticate` header.
 *
 * Routes that nothing of this library covers are left as Swagger shows them, and a scheme that only routes use which the
 * document leaves out (`@ApiExcludeEndpoint()`, `include`) is left out too. It does NOT document guards of other kinds.
 * Throws {@link AuthConfigurationError} with what the check at start finds, so that no document is made of an application
 * that would not start; when @nestjs/swagger is not installed; and when the config describes another scheme under the name
 * of a registered one.
 *
 * @param app - the application, with `AuthModule` imported; global prefix and versioning must be set
 * @param config - what `new DocumentBuilder()...build()` returns; it is not changed
 * @param options - the options of `SwaggerModule.createDocument`
 * @example
 * const document = createSecureDocument(app, new DocumentBuilder().setTitle('Demo').build());
 * SwaggerModule.setup('docs', app, document);
 *
 * @see OpenAPI 3.1 §4.8.30: Security Requirement Object
 */
export function createSecureDocument(app: INestApplication, config: Omit<OpenAPIObject, 'paths'>, options?: SwaggerDocumentOptions): OpenAPIObject {
  const { swagger, schemes } = partOf<DocumentParts>(app, DOCUMENT_PARTS);
  if (swagger === null) throw swaggerMissing();
  partOf<Audit>(app, Audit).refuse();
  const { rows } = partOf<RouteTable>(app, RouteTable);
  const document = withRouteMarks(rows, () => swagger.SwaggerModule.createDocument(app, config, options));
  const listsAllScopes = !document.openapi.startsWith('3.0');
  const documented = new Set<RouteRow>();
  const refusals = new RefusalResponses();
  for (const item of [...Object.values(document.paths), ...Object.values(document.webhooks ?? {})]) {
    for (const [method, operation] of Object.entries(item) as [string, Operation][]) {
      const row = rows[takeRouteMark(operation) ?? -1];
      if (row === undefined) continue;
      documented.add(row);
      operation.responses = refusals.addedTo(operation.responses, row, method);
      secureOperation(operation, row, listsAllScopes, document.security !== undefined);
    }
  }
  const hidden = hiddenSchemes(rows, documented);
  const shown = schemes.filter((scheme) => !hidden.has(scheme));
  return { ...document, components: { ...document.components, securitySchemes: securitySchemes(document, shown) } };
}

/** Schemes that only routes use which the document leaves out. */
function hiddenSchemes(rows: readonly RouteRow[], documented: ReadonlySet<RouteRow>): ReadonlySet<SecurityScheme> {
  const shown = schemesOf(documented);
  return new Set([...schemesOf(rows)].filter((scheme) => !shown.has(scheme)));
}

function schemesOf(rows: Iterable<RouteRow>): ReadonlySet<SecurityScheme> {
  const requirements = new Set<Requirement>();
  for (const { requirement } of rows) requirements.add(requirement);
  return new Set([...requirements].flat().flatMap(({ terms }) => terms.map(({ scheme }) => scheme)));
}

function secureOperation(operation: Operation, row: RouteRow, listsAllScopes: boolean, hasDefault: boolean): void {
  // That nobody is let in cannot be said: an empty list would mean everybody.
  if (row.access === 'open' || isForNobody(row)) return;
  const isForAll = row.access === 'public' || row.requirement === NOBODY_REQUIRED;
  operation.security = isForAll ? [] : securityObjects(row.requirement, listsAllScopes);
  // An empty list only says something where it takes the document's own default away.
  if (isForAll && !hasDefault) delete operation.security;
}

function securitySchemes(document: OpenAPIObject, schemes: readonly SecurityScheme[]): NonNullable<NonNullable<OpenAPIObject['components']>['securitySchemes']> {
  const described = document.components?.securitySchemes ?? {};
  const registered = Object.fromEntries(schemes.map(({ name, openapi }) => [name, structuredClone(openapi)]));
  for (const [name, scheme] of Object.entries(registered)) {
    if (Object.hasOwn(described, name) && !isDeepStrictEqual(described[name], scheme)) throw nameTaken(name);
  }
  return { ...described, ...registered };
}

function swaggerMissing(): AuthConfigurationError {
  return new AuthConfigurationError([{
    code: 'swagger-not-installed',
    where: 'createSecureDocument',
    problem: '@nestjs/swagger is not installed',
    mend: 'npm install @nestjs/swagger',
  }]);
}

function nameTaken(name: string): AuthConfigurationError {
  return new AuthConfigurationError([{
    code: 'duplicate-scheme-name',
    where: 'createSecureDocument',
    problem: `the config describes another scheme under the name ${name}`,
    mend: 'remove addOAuth2, addBearerAuth or addSecurity from the DocumentBuilder: registered schemes are added by themselves.',
  }]);
}
