import { BadRequestException, ForbiddenException, HttpException, Logger, ServiceUnavailableException, UnauthorizedException } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import { STATUS_CODES } from 'node:http';
import type { AuthSettings } from '../auth.options.js';
import { decide } from '../decision/decision.js';
import type { Decision } from '../decision/decision.js';
import { requiredScopesOf } from '../decision/principal.js';
import { refusalOf } from '../decision/refusal.js';
import { StrategyMistake } from '../errors.js';
import type { RouteRow, RouteTable } from '../routes/route-table.js';
import type { NotAuthenticatedError, SchemeRequest } from '../schemes/scheme.js';
import type { Declaration } from '../scopes/declarations.js';
import type { StrategyRegistry } from '../strategies/strategy-registry.js';

/** What is read and written of a request: `user` and `auth`, nothing else. */
interface GuardedRequest extends SchemeRequest {
  user?: unknown;
  auth?: unknown;
}
/** What Express's response and Fastify's reply share. */
interface GuardedResponse {
  header(name: string, value: string | readonly string[]): unknown;
}

/** What a subclass of a scheme writes may be no field value, which Node would answer with 500. @see RFC 9110 §5.5 */
const FIELD_VALUE = /^[\t\x20-\x7E\x80-\xFF]*$/;
/** Lines of a stack that are logged. */
const SHOWN_FRAMES = 5;
/** Seconds after which a client may ask again when a store could not answer. */
const RETRY_AFTER = '5';

/** Nest's classes for what is thrown, so that exception filters know it. */
const EXCEPTIONS: Readonly<Record<number, new (body: object) => HttpException>> = {
  400: BadRequestException,
  401: UnauthorizedException,
  403: ForbiddenException,
  503: ServiceUnavailableException,
};

/** What both guards do with a request: find its row, decide, then let it pass or answer. */
export class Gate {
  readonly #logger = new Logger('ScopesGuard');

  constructor(
    readonly table: RouteTable,
    readonly settings: AuthSettings,
    private readonly strategies: StrategyRegistry,
  ) {}

  /**
   * Whether the request may go on. What is not known to the table is denied: another transport, a handler that is no route,
   * and what a guard carries that was bound in a way the table could not see.
   */
  pass(context: ExecutionContext, carried: readonly Declaration[]): boolean | Promise<boolean> {
    if (context.getType() !== 'http') return false;
    const row = this.table.find(context.getClass(), context.getHandler());
    if (row === undefined || row.access === 'open' || row.access === 'denied') return false;
    if (row.access === 'public') return true;
    if (!carried.every((declaration) => isRequired(declaration, row))) return false;
    const request = context.switchToHttp().getRequest<GuardedRequest>();
    // Another binding of the guard has let this very request in.
    if (requiredScopesOf(request.auth, request) === row.required) return true;
    return this.#authenticate(row, request, context.switchToHttp().getResponse<GuardedResponse>());
  }

  async #authenticate(row: RouteRow, request: GuardedRequest, response: GuardedResponse): Promise<boolean> {
    // A key in a URL must not make its answer reusable. @see RFC 6750 §5.3
    if (row.takesKeyFromUrl) response.header('Cache-Control', 'no-store');
    const decision = await decide(row.requirement, row.required, request, (scheme, credentials) => this.strategies.verify(scheme, credentials, request));
    if (decision.kind !== 'allow') throw this.#refused(decision, row, response);
    request.user = decision.principal.user;
    request.auth = decision.principal;
    return true;
  }

  #refused(decision: Exclude<Decision, { kind: 'allow' }>, row: RouteRow, response: GuardedResponse): Error {
    if (decision.kind === 'rejected') return decision.error;
    if (decision.kind === 'unavailable') {
      this.#logger.error(`Credentials could not be verified for ${row.controller.name}.${row.methodName}: ${describe(decision.cause)}`);
      response.header('Retry-After', RETRY_AFTER);
    }
    const refusal = refusalOf(decision, row.required, this.settings.realm, (scheme, context) => this.strategies.challenges(scheme, context));
    for (const [name, value] of Object.entries(refusal.headers ?? {})) {
      const lines = [value].flat().filter((line) => FIELD_VALUE.test(line));
      if (lines.length > 0) response.header(name, lines);
    }
    return exceptionOf(refusal);
  }
}

function isRequired({ scheme, scopes }: Declaration, { required, requirement }: RouteRow): boolean {
  return required.has(...scopes) && (scheme === null || requirement.some(({ terms }) => terms.some((term) => term.scheme === scheme)));
}

function exceptionOf({ status, message }: NotAuthenticatedError): HttpException {
  const body = { statusCode: status, message, error: STATUS_CODES[status] ?? 'Error' };
  const Exception = EXCEPTIONS[status];
  return Exception === undefined ? new HttpException(body, status) : new Exception(body);
}

/** What failed and where; of a foreign error not the message, which may quote a token or a connection string. */
function describe(cause: unknown): string {
  if (cause instanceof StrategyMistake) return cause.message;
  if (!(cause instanceof Error)) return typeof cause;
  const frames = (cause.stack ?? '').split('\n').filter((line) => /^ {4}at /.test(line));
  return [cause.name, ...frames.slice(0, SHOWN_FRAMES)].join('\n');
}
