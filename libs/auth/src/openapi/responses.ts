import type { OpenAPIObject } from '@nestjs/swagger';
import type { RouteRow } from '../routes/route-table.js';

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

/** The operation's responses with 401, and with 403 where a caller can lack a scope. What was documented by hand is kept. */
export function withRefusals(responses: Operation['responses'], { access, requirement }: RouteRow): Operation['responses'] {
  if (access === 'denied') return { ...responses, 403: refusal('Nothing is declared for this route, so every caller is refused.', responses['403']) };
  if (access !== 'protected') return responses;
  const needsScopes = requirement.some(({ terms }) => terms.some(({ enforced }) => enforced.length > 0));
  return {
    ...responses,
    401: refusal('The credentials are missing or not valid.', responses['401']),
    ...(needsScopes && { 403: refusal('The caller lacks a required scope.', responses['403']) }),
  };
}

function refusal(description: string, documented: Operation['responses'][string]): NonNullable<Operation['responses'][string]> {
  if (documented !== undefined && '$ref' in documented) return documented;
  const own: Partial<ResponseObject> = documented ?? {};
  const isDescribed = own.description !== undefined && own.description !== '';
  return { content: ERROR_BODY, ...own, ...(!isDescribed && { description }), headers: { ...CHALLENGE_HEADER, ...own.headers } } as ResponseObject;
}
