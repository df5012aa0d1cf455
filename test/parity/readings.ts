import { isDeepStrictEqual } from 'node:util';
import type { SchemeDeclaration } from './declaration.js';
import { schemeOfChallenge } from './expected-answer.js';
import type { ExpectedAnswer, Exchange } from './expected-answer.js';
import { recordedValues, rendered } from './templates.js';
import { schemesOfRoute } from './used-schemes.js';

/** What a scheme makes of a request here. */
export type Reading = { readonly kind: 'value'; readonly value: unknown } | { readonly kind: 'missing' | 'malformed' | 'ambiguous' };

/** The authentication scheme of a scheme's challenge, in lower case. */
export function challengeOf({ class: type, args }: SchemeDeclaration): string {
  if (type === 'HTTPBase') return String(args?.['scheme']).toLowerCase();
  if (type.startsWith('APIKey')) return 'apikey';
  if (type === 'HTTPBasic') return 'basic';
  return type === 'HTTPDigest' ? 'digest' : 'bearer';
}

/** The answer where schemes read the request otherwise than FastAPI's: the first that refuses answers, in FastAPI's order. */
export function answerWith(readings: ReadonlyMap<string, Reading>, recorded: ExpectedAnswer, { declaration, placed }: Exchange): ExpectedAnswer {
  if (placed === undefined || readings.size === 0) return recorded;
  const schemes = schemesOfRoute(declaration, placed);
  const changed = new Map<string, unknown>();
  for (const { ref, scheme } of schemes) {
    const reading = readings.get(ref);
    // FastAPI refused here, before it came to the others.
    if (reading === undefined && isRefusalOf(scheme, recorded)) return recorded;
    if (reading === undefined) continue;
    const refusal = refusalBy(scheme, reading);
    if (refusal !== null) return refusal;
    changed.set(ref, reading.kind === 'value' ? reading.value : null);
  }
  const { params = [], returns } = placed.route;
  const values = new Map(recordedValues(returns, recorded.json));
  for (const { name, ref } of params) if (ref !== undefined && changed.has(ref)) values.set(name, changed.get(ref));
  return { status: 200, challenge: null, json: rendered(returns, { values }) };
}

function isRefusalOf(scheme: SchemeDeclaration, recorded: ExpectedAnswer): boolean {
  if (recorded.status < 300 || (recorded.challenge !== null && recorded.challenge !== challengeOf(scheme))) return false;
  return isDeepStrictEqual(recorded.message, scheme.not_authenticated_override?.detail ?? 'Not authenticated');
}

/** `null`: the scheme lets the request pass. */
export function refusalBy(scheme: SchemeDeclaration, { kind }: Reading): ExpectedAnswer | null {
  const challenge = challengeOf(scheme);
  if (kind === 'value' || (kind === 'missing' && scheme.args?.['auto_error'] === false)) return null;
  if (kind === 'ambiguous') return { status: 400, message: 'Credentials were sent more than once', challenge };
  const override = scheme.not_authenticated_override;
  if (override !== undefined) {
    const extra = override.headers?.['X-Extra'];
    return { status: override.status, message: override.detail, challenge: schemeOfChallenge(override.headers?.['WWW-Authenticate']), ...(extra !== undefined && { extra }) };
  }
  if (kind === 'malformed' && challenge === 'bearer') return { status: 401, message: 'Could not validate credentials', challenge, challengeError: 'invalid_token' };
  return { status: 401, message: 'Not authenticated', challenge };
}
