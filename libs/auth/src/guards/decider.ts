import { BadRequestException, ForbiddenException, HttpException, Logger, ServiceUnavailableException, UnauthorizedException } from '@nestjs/common';
import { STATUS_CODES } from 'node:http';
import type { AuthSettings } from '../auth.options.js';
import { decide } from '../decision/decision.js';
import type { Allowed, Decision } from '../decision/decision.js';
import { refusalOf } from '../decision/refusal.js';
import type { ProtectedSpace } from '../decision/refusal.js';
import { describeCause } from '../errors.js';
import type { NotAuthenticatedError, SchemeRequest } from '../schemes/scheme.js';
import type { Requirement } from '../scopes/requirement.js';
import type { SecurityScopes } from '../scopes/security-scopes.js';
import { Seldom } from '../strategies/seldom.js';
import type { StrategyRegistry } from '../strategies/strategy-registry.js';

/** What is read and written of a request: `user` and `auth`, nothing else. */
export interface GuardedRequest extends SchemeRequest {
  user?: unknown;
  auth?: unknown;
}
/** What Express's response and Fastify's reply share. */
export interface GuardedResponse {
  header(name: string, value: string | readonly string[]): unknown;
}

/** What a subclass of a scheme writes may be no field value, which Node would answer with 500. @see RFC 9110 §5.5 */
const FIELD_VALUE = /^[\t\x20-\x7E\x80-\xFF]*$/;
/** Seconds after which a client may ask again when a store could not answer. */
const RETRY_AFTER = '5';

/** Nest's classes for what is thrown, so that exception filters know it. */
const EXCEPTIONS: Readonly<Record<number, new (body: object) => HttpException>> = {
  400: BadRequestException,
  401: UnauthorizedException,
  403: ForbiddenException,
  503: ServiceUnavailableException,
};

/** Decides about a request with the application's strategies, and makes the answer to one that is refused. */
export class Decider {
  readonly #logger = new Logger('ScopesGuard');
  readonly #seldom = new Seldom();
  readonly #space: ProtectedSpace;

  constructor(
    { realm, resource }: AuthSettings,
    private readonly strategies: StrategyRegistry,
  ) {
    this.#space = { realm, resourceMetadata: resource?.metadataUrl ?? null };
  }

  /** @param known - an earlier decision about the same request, whose verifications still count */
  decide(requirement: Requirement, required: SecurityScopes, request: GuardedRequest, known: Allowed | null = null): Promise<Decision> {
    return decide(requirement, required, request, (scheme, credentials) => this.strategies.verify(scheme, credentials, request), known);
  }

  /** What is thrown; the headers are on the response. @param where - the route, for the log */
  refused(decision: Exclude<Decision, { kind: 'allow' }>, required: SecurityScopes, where: string, response: GuardedResponse): Error {
    if (decision.kind === 'rejected') return decision.error;
    if (decision.kind === 'unavailable') {
      this.#tell(`Credentials could not be verified for ${where}: ${describeCause(decision.cause)}`);
      response.header('Retry-After', RETRY_AFTER);
    }
    const refusal = refusalOf(decision, required, this.#space, (scheme, context) => this.strategies.challenges(scheme, context));
    for (const [name, value] of Object.entries(refusal.headers ?? {})) {
      const lines = [value].flat().filter((line) => FIELD_VALUE.test(line));
      if (lines.length > 0) response.header(name, lines);
    }
    return exceptionOf(refusal);
  }

  /** In an outage, every request has the same to say. */
  #tell(message: string): void {
    if (this.#seldom.isDue(message)) this.#logger.error(message);
  }
}

function exceptionOf({ status, message }: NotAuthenticatedError): HttpException {
  const body = { statusCode: status, message, error: STATUS_CODES[status] ?? 'Error' };
  const Exception = EXCEPTIONS[status];
  return Exception === undefined ? new HttpException(body, status) : new Exception(body);
}
