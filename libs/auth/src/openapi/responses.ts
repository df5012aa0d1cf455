import type { OpenAPIObject } from '@nestjs/swagger';
import { notAuthenticatedBy } from '../decision/refusal.js';
import type { RouteRow } from '../routes/route-table.js';
import { NOBODY_REQUIRED } from '../scopes/requirement.js';
import type { Term } from '../scopes/requirement.js';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;
type ResponseObject = Exclude<Operation['responses'][string], undefined | { $ref: string }>;

const CHALLENGE_HEADER = {
  'WWW-Authenticate': { description: 'What credentials are needed (RFC 9110 §11.6.1, RFC 6750 §3).', schema: { type: 'string' } },
};
const ERROR_BODY = {
  'application/json': {
    schema: { type: 'object', properties: { statusCode: { type: 'integer' }, message: { type: 'string' }, error: { type: 'string' } } },
  },
};

/** Methods that change nothing, so that the page of another site may cause them. */
const SAFE_METHODS = ['get', 'head', 'options', 'trace'];

/** The operation's responses with the refusals that can happen: 401, and 403 where a caller can lack a scope. What was documented by hand is kept. */
export function withRefusals(responses: Operation['responses'], row: RouteRow, method: string): Operation['responses'] {
  const refused: Record<number, string> = {};
  for (const [status, description] of refusals(row, method)) refused[status] = [refused[status], description].filter(Boolean).join(' ');
  return { ...responses, ...Object.fromEntries(Object.entries(refused).map(([status, description]) => [status, refusal(description, responses[status])])) };
}

function refusals({ access, requirement }: RouteRow, method: string): readonly (readonly [status: number, description: string])[] {
  if (access === 'denied') return [[403, 'Nothing is declared for this route, so every caller is refused.']];
  // What a dependency without a scheme throws, only it knows.
  if (access !== 'protected' || requirement === NOBODY_REQUIRED) return [];
  const terms = requirement.flatMap((alternative) => alternative.terms);
  const needsScopes = terms.some(({ scopes, isUnverified }) => scopes.length > 0 && !isUnverified);
  const takesCookie = terms.some(({ scheme }) => scheme.openapi.in === 'cookie') && !SAFE_METHODS.includes(method);
  return [
    [statusWithoutCredentials(terms), 'The credentials are missing or not valid.'],
    ...(needsScopes ? [[403, 'The caller lacks a required scope.'] as const] : []),
    ...(takesCookie ? [[403, 'The page of another site sent the cookie.'] as const] : []),
  ];
}

/** A subclass of a scheme may have replaced it, where the scheme stands alone. */
function statusWithoutCredentials(terms: readonly Term[]): number {
  const [scheme, ...others] = new Set(terms.map((term) => term.scheme));
  return scheme === undefined || others.length > 0 ? 401 : notAuthenticatedBy(scheme, 'Not authenticated', []).status;
}

function refusal(description: string, documented: Operation['responses'][string]): NonNullable<Operation['responses'][string]> {
  if (documented !== undefined && '$ref' in documented) return documented;
  const own: Partial<ResponseObject> = documented ?? {};
  const isDescribed = own.description !== undefined && own.description !== '';
  return { content: ERROR_BODY, ...own, ...(!isDescribed && { description }), headers: { ...CHALLENGE_HEADER, ...own.headers } } as ResponseObject;
}
