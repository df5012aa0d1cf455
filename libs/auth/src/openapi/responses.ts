import type { OpenAPIObject } from '@nestjs/swagger';
import { notAuthenticatedBy } from '../decision/refusal.js';
import { isForNobody } from '../routes/route-table.js';
import type { RouteRow } from '../routes/route-table.js';
import { NOBODY_REQUIRED } from '../scopes/requirement.js';
import type { Requirement, Term } from '../scopes/requirement.js';

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
const SAFE_METHODS: ReadonlySet<string> = new Set(['get', 'head', 'options', 'trace']);

/** What can be answered in the place of the route, by status. */
type Refusals = ReadonlyMap<number, string>;

const NONE: Refusals = new Map();
const DENIED: Refusals = new Map([[403, 'Every caller is refused.']]);

/** The refusals of the operations of a document, described once for all routes that require the same. */
export class RefusalResponses {
  readonly #ofSafeMethods = new Map<Requirement, Refusals>();
  readonly #ofOtherMethods = new Map<Requirement, Refusals>();

  /** The operation's responses with the refusals that can happen: 401, and 403 where a caller can lack a scope. What was documented by hand is kept. */
  addedTo(responses: Operation['responses'], row: RouteRow, method: string): Operation['responses'] {
    const refusals = this.#of(row, SAFE_METHODS.has(method));
    if (refusals.size === 0) return responses;
    // A literal with a large number is a small dictionary to V8. Added to any other object, statuses take up a list of 600 places.
    const all: Operation['responses'] = { 599: undefined, ...responses };
    delete all[599];
    for (const [status, description] of refusals) all[status] = refusal(description, responses[status]);
    return all;
  }

  #of(row: RouteRow, isSafe: boolean): Refusals {
    const { access, requirement } = row;
    if (isForNobody(row)) return DENIED;
    // What a dependency without a scheme throws, only it knows.
    if (access !== 'protected' || requirement === NOBODY_REQUIRED) return NONE;
    const known = isSafe ? this.#ofSafeMethods : this.#ofOtherMethods;
    const refusals = known.get(requirement) ?? refusalsBy(requirement, isSafe);
    known.set(requirement, refusals);
    return refusals;
  }
}

function refusalsBy(requirement: Requirement, isSafe: boolean): Refusals {
  const terms = requirement.flatMap((alternative) => alternative.terms);
  const refusals = new Map([[statusWithoutCredentials(terms), 'The credentials are missing or not valid.']]);
  const forbidden = [
    ...[refusals.get(403) ?? []].flat(),
    ...(terms.some(({ scopes, isUnverified }) => scopes.length > 0 && !isUnverified) ? ['The caller lacks a required scope.'] : []),
    ...(!isSafe && terms.some(({ scheme }) => scheme.openapi.in === 'cookie') ? ['The page of another site sent the cookie.'] : []),
  ];
  if (forbidden.length > 0) refusals.set(403, forbidden.join(' '));
  return refusals;
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
