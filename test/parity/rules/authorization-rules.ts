import { AMBIGUOUS, fieldLines, MALFORMED, MISSING, stripped, withoutBlanks } from './rule.js';
import type { ReadingRule } from './rule.js';
import type { SchemeDeclaration, SentRequest } from '../declaration.js';
import { challengeOf } from '../readings.js';
import type { Reading } from '../readings.js';

/** The one Authorization field of a request, as it is read here. */
interface Authorization {
  readonly line: string;
  readonly scheme: string;
  /** What follows the first space, without spaces and tabs around it. */
  readonly rest: string;
}

/** FastAPI's `OAuth2` and `OpenIdConnect` hand on the whole field. */
const WHOLE_FIELD = ['OAuth2', 'OpenIdConnect'];
/** @see RFC 6750 §2.1: b64token */
const B64TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/;

const isBearer = (scheme: SchemeDeclaration): boolean => !scheme.class.startsWith('APIKey') && challengeOf(scheme) === 'bearer' && scheme.class !== 'HTTPBase';
const comparesNothing = ({ class: type }: SchemeDeclaration): boolean => type === 'HTTPBase' || WHOLE_FIELD.includes(type);

/** The rules about the Authorization field, in the order in which they apply. */
export const AUTHORIZATION_RULES: readonly ReadingRule[] = [
  { name: 'scheme-compared', reading: (scheme, request) => whereSent(scheme, request, ({ line }, isOwn) => (comparesNothing(scheme) && !isOwn && line !== '' ? MISSING : null)) },
  {
    name: 'token-only',
    reading: (scheme, request) => whereOwn(scheme, request, ({ rest }) => (WHOLE_FIELD.includes(scheme.class) && B64TOKEN.test(rest) ? { kind: 'value', value: rest } : null)),
  },
  { name: 'empty-token', reading: (scheme, request) => whereOwn(scheme, request, ({ rest }) => (isBearer(scheme) && rest === '' ? MISSING : null)) },
  {
    name: 'outer-white-space',
    reading: (scheme, request) =>
      whereOwn(scheme, request, (sent) => {
        if (sent.rest === stripped(sent.rest)) return null;
        const hasSyntax = isBearer(scheme) || scheme.class === 'HTTPBasic';
        return hasSyntax ? MALFORMED : { kind: 'value', value: { scheme: sent.scheme, credentials: sent.rest } };
      }),
  },
  {
    name: 'token-syntax',
    reading: (scheme, request) => whereOwn(scheme, request, ({ rest }) => (isBearer(scheme) && rest !== '' && !B64TOKEN.test(rest) ? MALFORMED : null)),
  },
  {
    // RFC 6750 §2: no more than one method to transmit the token.
    name: 'two-transmissions',
    reading: (scheme, request) => whereOwn(scheme, request, ({ rest }) => (isBearer(scheme) && rest !== '' && sendsTokenElsewhere(request) ? AMBIGUOUS : null)),
  },
  {
    name: 'one-authorization',
    reading: (scheme, request) => (!scheme.class.startsWith('APIKey') && fieldLines(request, 'authorization').length > 1 ? AMBIGUOUS : null),
  },
];

/** The reading of a request with exactly one Authorization field. `isOwn`: it is of the declared authentication scheme. */
function whereSent(scheme: SchemeDeclaration, request: SentRequest, reading: (sent: Authorization, isOwn: boolean) => Reading | null): Reading | null {
  const lines = fieldLines(request, 'authorization');
  const [line] = lines;
  if (scheme.class.startsWith('APIKey') || line === undefined || lines.length > 1) return null;
  const [sent = ''] = line.split(' ', 1);
  return reading({ line, scheme: sent, rest: withoutBlanks(line.slice(sent.length)) }, sent.toLowerCase() === challengeOf(scheme));
}

/** The same where it is of the declared authentication scheme. */
export function whereOwn(scheme: SchemeDeclaration, request: SentRequest, reading: (sent: Authorization) => Reading | null): Reading | null {
  return whereSent(scheme, request, (sent, isOwn) => (isOwn ? reading(sent) : null));
}

function sendsTokenElsewhere(request: SentRequest): boolean {
  const query = request.path.split('?').slice(1).join('?');
  const isForm = fieldLines(request, 'content-type').some((type) => type.toLowerCase().startsWith('application/x-www-form-urlencoded'));
  return [query, ...(isForm ? [request.body ?? ''] : [])].some((text) => new URLSearchParams(`&${text}`).has('access_token'));
}
