import { challengeScopes } from './recorded-application.js';
import type { RecordedVector } from './recorded-application.js';

/** What a vector has to be answered with here. */
export interface ExpectedAnswer {
  readonly status: number;
  /** The challenge's scheme in lower case, or `null` when there is no challenge. */
  readonly challengeScheme: string | null;
  /** What the challenge must hold, where we say more than FastAPI. */
  readonly error?: string;
  readonly scopes?: ReadonlySet<string>;
  /** The body of a success; `message` of an error. */
  readonly json?: unknown;
  readonly message?: string;
}

/** Where we deliberately answer otherwise than FastAPI: a precise condition on what was sent and recorded, and the answer. */
interface Deviation {
  readonly applies: (vector: RecordedVector) => boolean;
  readonly answer: (recorded: ExpectedAnswer, vector: RecordedVector) => ExpectedAnswer;
}

/** The answer to a vector: as FastAPI gave it, unless a deviation applies. */
export function expectedAnswer(vector: RecordedVector): ExpectedAnswer {
  const deviations = DEVIATIONS.filter(({ applies }) => applies(vector));
  return deviations.reduce((answer, deviation) => deviation.answer(answer, vector), recordedAnswer(vector));
}

function recordedAnswer({ response }: RecordedVector): ExpectedAnswer {
  const { status, headers, json } = response;
  const challengeScheme = headers['www-authenticate']?.split(' ', 1)[0]?.toLowerCase() ?? null;
  if (status < 300) return { status, challengeScheme, json };
  return { status, challengeScheme, message: (json as { detail: string }).detail };
}

const DEVIATIONS: readonly Deviation[] = [
  {
    // RFC 6750 §3.1: a valid token that lacks a scope is 403, with the scopes that are needed.
    applies: ({ response }) => response.status === 401 && (response.json as { detail: unknown }).detail === 'Not enough permissions',
    answer: (recorded, { response }) => ({
      ...recorded,
      status: 403,
      error: 'insufficient_scope',
      scopes: challengeScopes(response.headers['www-authenticate']),
    }),
  },
  {
    // RFC 6750 §2.1: the scheme alone holds no token, so none was sent.
    applies: (vector) => /^bearer[ \t]*$/i.test(authorization(vector)),
    answer: () => ({ status: 401, challengeScheme: 'bearer', message: 'Not authenticated' }),
  },
  {
    // RFC 6750 §2.1: what follows the scheme is not a b64token.
    applies: (vector) => /^bearer +[^ \t]/i.test(authorization(vector)) && !/^bearer +[A-Za-z0-9\-._~+/]+=*[ \t]*$/i.test(authorization(vector)),
    answer: () => ({ status: 401, challengeScheme: 'bearer', error: 'invalid_token', message: 'Could not validate credentials' }),
  },
];

function authorization({ request }: RecordedVector): string {
  return request.headers.find(([name]) => name.toLowerCase() === 'authorization')?.[1] ?? '';
}
