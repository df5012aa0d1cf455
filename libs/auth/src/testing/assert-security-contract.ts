import type { INestApplication } from '@nestjs/common';
import { SETTINGS } from '../auth.options.js';
import type { AuthSettings } from '../auth.options.js';
import { describeSecurity } from '../routes/describe.js';
import { partOf } from '../routes/part-of.js';
import { RouteTable } from '../routes/route-table.js';
import { contractSchemes } from './contract-schemes.js';
import { checkedDocument, documentedOperations } from './documented-operations.js';
import type { DocumentedOperation, OpenAPIDocument } from './documented-operations.js';
import { inProcess } from './in-process.js';
import { testOperation } from './operation-test.js';
import { admitProbes } from './probe.js';

/** Options of {@link assertSecurityContract}. */
export interface SecurityContractOptions {
  /** Operations that are not asked, `'GET /metrics'`: method and path as in the document. @defaultValue none */
  readonly exclude?: readonly string[];
  /** Header fields of every request: a version, a host, what a middleware wants. @defaultValue none */
  readonly headers?: Readonly<Record<string, string>>;
}

/** An operation that was not asked, or not all that the document says of it. */
export interface UntestedOperation {
  /** `GET /users/{id}`; of a route that the document does not have, the path as Nest maps it. */
  readonly operation: string;
  readonly reason: string;
}

/** What {@link assertSecurityContract} has looked at. */
export interface SecurityContractResult {
  /** The operations that the document has. */
  readonly operations: number;
  /** The requests that were sent. */
  readonly requests: number;
  readonly untested: readonly UntestedOperation[];
}

/**
 * Holds an application to its OpenAPI document: for each operation, what `security` says is tried with requests. Without
 * credentials; with malformed and unknown ones; with those of each other scheme; with each scope and each scheme missing,
 * one at a time: all have to be refused, 401 with a fitting challenge or 403 with `insufficient_scope`. And with exactly
 * what each alternative asks for, which has to be let in. An operation that the application does not have is a
 * disagreement too, so that a document that is kept in a file can be held against the code.
 *
 * It needs no tokens, users or stores: for these requests, known by their very objects, strategies are not asked, and
 * whoever is let in stops there. No dependency, pipe, interceptor or handler runs. Other requests are served as ever, and
 * when it ends, also with an error, nothing is left. It calls `app.init()` and sends over a server of its own, on a free
 * port of 127.0.0.1; `app` need not listen. Global middleware and guards before ours do run.
 *
 * It does NOT test what comes after the guard: what dependencies and other guards refuse, which callers a strategy takes,
 * and the documented responses of those who are let in. Nor what a document cannot tell: where code checks the credentials
 * of a scheme without a strategy, only that they are there; in OpenAPI 3.0 scopes of `oauth2` and `openIdConnect` alone, so
 * that callers of other schemes have all there are. Such parts, routes that the document leaves out, operations of other
 * guards, and those that answer 404 for want of a version or host, are listed as `untested`.
 *
 * Throws an `Error` with one line for each disagreement; a `TypeError` for what is no document or no option;
 * {@link AuthConfigurationError} for an application that does not start.
 *
 * @param app - the application, with `AuthModule` imported; global prefix and versioning must be set
 * @param document - what `createSecureDocument` returns, or the parsed JSON of it
 * @example
 * it('does what its document says', async () => {
 *   const { untested } = await assertSecurityContract(app, createSecureDocument(app, config));
 *   expect(untested).toEqual([]);
 * });
 *
 * @see OpenAPI 3.1 §4.8.30: Security Requirement Object
 */
export async function assertSecurityContract(app: INestApplication, document: OpenAPIDocument, options: SecurityContractOptions = {}): Promise<SecurityContractResult> {
  const operations = documentedOperations(checkedDocument(WHERE, document));
  const { exclude, headers } = checkedOptions(options, operations);
  const schemes = contractSchemes(document, partOf<AuthSettings>(app, SETTINGS));
  const allScopes = [...new Set(partOf<RouteTable>(app, RouteTable).rows.flatMap(({ required, requirement }) => [...required.scopes, ...requirement.flatMap(({ terms }) => terms.flatMap(({ scopes }) => scopes))]))];
  const { hasRoute, isOutside, undocumented } = routesBeside(app, operations);
  const line = await inProcess(app);
  const end = admitProbes(app, line.probeOf);
  const disagreements: string[] = [];
  const untested: UntestedOperation[] = [];
  let requests = 0;
  try {
    for (const operation of operations) {
      if (exclude.includes(operation.name)) {
        untested.push({ operation: operation.name, reason: 'excluded by the options' });
        continue;
      }
      if (isOutside(operation)) {
        untested.push({ operation: operation.name, reason: 'no controller has it, so that its handler would run' });
        continue;
      }
      const tested = await testOperation(operation, { schemes, allScopes, headers, hasRoute, line });
      requests += tested.requests;
      disagreements.push(...tested.disagreements);
      untested.push(...tested.untested.map((reason) => ({ operation: operation.name, reason })));
    }
  } finally {
    end();
    line.close();
  }
  if (disagreements.length > 0) throw new Error([`${WHERE}: the document and the application disagree.`, ...disagreements].join('\n  '));
  return { operations: operations.length, requests, untested: [...untested, ...undocumented] };
}

const WHERE = 'assertSecurityContract';

function checkedOptions(options: SecurityContractOptions, operations: readonly DocumentedOperation[]): Required<SecurityContractOptions> {
  const unknown = Object.keys(options).find((name) => name !== 'exclude' && name !== 'headers');
  if (unknown !== undefined) throw new TypeError(`${WHERE}: ${unknown} is not an option. Give { exclude: ['GET /path'], headers: { ... } }.`);
  const { exclude = [], headers = {} } = options;
  const missing = exclude.find((name) => !operations.some((operation) => operation.name === name));
  if (missing !== undefined) throw new TypeError(`${WHERE}: exclude names "${missing}", which the document does not have. Give method and path as they are there, 'GET /users/{id}'.`);
  return { exclude, headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])) };
}

/** The application's routes beside the document's operations; the names of path parameters do not matter. */
function routesBeside(app: INestApplication, operations: readonly DocumentedOperation[]): { hasRoute: (operation: DocumentedOperation) => boolean; isOutside: (operation: DocumentedOperation) => boolean; undocumented: readonly UntestedOperation[] } {
  const routes = describeSecurity(app).map(({ method, path, controller }) => ({ method, path, controller, shape: shapeOf(path.replace(/:\w+|\*\w*/g, '{}')) }));
  const isSame = (route: { method: string; shape: string }, { method, path }: DocumentedOperation): boolean =>
    (route.method === method || route.method === 'ALL') && route.shape === shapeOf(path.replace(/\{[^}]+\}/g, '{}'));
  const hidden = routes.filter((route) => route.controller !== null && !operations.some((operation) => isSame(route, operation)));
  const routesOf = (operation: DocumentedOperation): typeof routes => routes.filter((route) => isSame(route, operation));
  return {
    hasRoute: (operation) => routesOf(operation).length > 0,
    isOutside: (operation) => {
      const own = routesOf(operation);
      return own.length > 0 && own.every(({ controller }) => controller === null);
    },
    undocumented: hidden.map(({ method, path }) => ({ operation: `${method} ${path}`, reason: 'the document does not have it' })),
  };
}

function shapeOf(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}
