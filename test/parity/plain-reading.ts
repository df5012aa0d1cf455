import type { SchemeDeclaration, SentRequest } from './declaration.js';
import type { Reading } from './readings.js';
import { challengeOf } from './readings.js';
import { fieldLines, MISSING } from './rules/rule.js';

/** What FastAPI's scheme makes of a request without surprises; `null`: not known here. */
export function plainReading(scheme: SchemeDeclaration, request: SentRequest): Reading | null {
  const { class: type, args } = scheme;
  const name = String(args?.['name']);
  if (type === 'APIKeyHeader') return valueOrMissing(fieldLines(request, name.toLowerCase())[0]);
  if (type === 'APIKeyQuery') return valueOrMissing(new URL(request.path, 'http://localhost').searchParams.get(name));
  if (type === 'APIKeyCookie') return valueOrMissing(cookieOf(request, name));
  const line = fieldLines(request, 'authorization')[0];
  if (line === undefined) return MISSING;
  if (type === 'OAuth2' || type === 'OpenIdConnect') return valueOrMissing(line);
  const [sent = ''] = line.split(' ', 1);
  const credentials = line.slice(sent.length).trim();
  if (sent.toLowerCase() !== challengeOf(scheme)) return MISSING;
  if (type.startsWith('OAuth2')) return { kind: 'value', value: credentials };
  if (credentials === '') return MISSING;
  return type === 'HTTPBasic' ? basicReading(credentials) : { kind: 'value', value: { scheme: sent, credentials } };
}

function basicReading(credentials: string): Reading {
  const [username = '', ...password] = Buffer.from(credentials, 'base64').toString('latin1').split(':');
  return password.length === 0 ? { kind: 'malformed' } : { kind: 'value', value: { username, password: password.join(':') } };
}

function cookieOf(request: SentRequest, name: string): string | undefined {
  const pairs = fieldLines(request, 'cookie').flatMap((line) => line.split(';')).map((pair) => pair.trim().split('='));
  return pairs.find(([key]) => key === name)?.slice(1).join('=');
}

/** FastAPI takes an empty value for none. */
function valueOrMissing(value: string | null | undefined): Reading {
  return value === undefined || value === null || value === '' ? MISSING : { kind: 'value', value };
}
