import type { PlacedRoute } from './controllers-of.js';
import type { ApplicationDeclaration, RecordedResponse, SentRequest } from './declaration.js';

/** What a request has to be answered with. What is not there is not compared. */
export interface ExpectedAnswer {
  readonly status: number;
  /** The body of a success. */
  readonly json?: unknown;
  /** FastAPI's `detail`, our `message`. */
  readonly message?: unknown;
  /** The authentication scheme of the challenge in lower case; `null`: no challenge. */
  readonly challenge?: string | null;
  /** What the challenge says of the refusal. */
  readonly challengeError?: 'invalid_token' | 'invalid_request';
  /** The code of an OAuth2 error body. @see RFC 6749 §5.2 */
  readonly error?: string;
  readonly cacheControl?: 'no-store';
  /** The header that overrides of the recorded applications set. */
  readonly extra?: string;
}

/** What is expected, and the rules that make it differ from what was recorded; without any it is the same. */
export interface Expectation<T> {
  readonly answer: T;
  readonly rules: readonly string[];
}

/** One recorded exchange, and where it belongs. */
export interface Exchange {
  readonly declaration: ApplicationDeclaration;
  /** `undefined`: the application has no such route. */
  readonly placed: PlacedRoute | undefined;
  readonly request: SentRequest;
  readonly recorded: RecordedResponse;
  /** What the application answers here to another request. */
  readonly ask: (request: SentRequest) => Promise<ExpectedAnswer>;
}

/** What FastAPI answered. */
export function recordedAnswer({ status, headers, json }: RecordedResponse): ExpectedAnswer {
  const extra = headers['x-extra'];
  const answer = { status, challenge: schemeOfChallenge(headers['www-authenticate']), ...(extra !== undefined && { extra }) };
  if (status < 300) return { ...answer, json };
  return { ...answer, message: typeof json === 'object' && json !== null && 'detail' in json ? json.detail : undefined };
}

/** The first word of a challenge; the rest of it, and its spelling, may be other than FastAPI's. */
export function schemeOfChallenge(challenge: string | undefined): string | null {
  return challenge?.split(' ', 1)[0]?.toLowerCase() ?? null;
}
