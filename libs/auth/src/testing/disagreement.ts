import type { ContractScheme } from './contract-schemes.js';
import type { Expectation } from './expectation.js';
import type { Answer } from './in-process.js';
import type { Probe } from './probe.js';

/** What an answer has that the document does not say; `null` where they agree. */
export function disagreement(expectation: Expectation, documented: readonly string[], answer: Answer, probe: Probe): string | null {
  const { outcome } = expectation;
  if (outcome === 'unsaid') return null;
  const isLetIn = probe.letInTo !== null;
  if (outcome === 'allow') return isLetIn ? null : `the document lets it in, ${answered(answer, probe)}`;
  if (isLetIn) return `the document says ${STATUS[outcome]}, the application lets it in`;
  if (answer === null || !isExpected(outcome, answer.status, documented)) return `the document says ${STATUS[outcome]}, ${answered(answer, probe)}`;
  return challengeMistake(expectation, answer.status, answer.challenges);
}

const STATUS = { unauthenticated: '401', forbidden: '403', refused: '401 or 403' } as const;

function answered(answer: Answer, { isDecided }: Probe): string {
  const words = answer === null ? 'does not answer' : `answers ${answer.status}`;
  return `the application ${words}${isDecided ? '' : ', before its guard is asked'}`;
}

/** A subclass of a scheme may answer something else than 401, which the document then lists in its place. */
function isExpected(outcome: keyof typeof STATUS, status: number, documented: readonly string[]): boolean {
  if (outcome === 'forbidden') return status === 403;
  if (status === 401 || (outcome === 'refused' && status === 403)) return true;
  return !documented.includes('401') && documented.includes(String(status)) && status >= 400 && status < 500;
}

function challengeMistake({ outcome, unidentified, lacking }: Expectation, status: number, challenges: readonly string[]): string | null {
  if (status === 401 && challenges.length === 0) return 'the answer 401 has no WWW-Authenticate';
  if (status === 401 && outcome === 'unauthenticated') return wrongScheme(unidentified, challenges);
  const bearer = lacking.filter(({ scheme }) => challengeOf(scheme) === 'bearer');
  if (outcome !== 'forbidden' || bearer.length === 0 || bearer.some(({ scopes }) => challenges.some((line) => asksFor(scopes, line)))) return null;
  return `the answer 403 does not challenge with insufficient_scope and the scope ${bearer.flatMap(({ scopes }) => scopes).join(' ')}`;
}

/** Each alternative has a challenge of one of its schemes. What stands for an API key is nobody's to say. */
function wrongScheme(unidentified: Expectation['unidentified'], challenges: readonly string[]): string | null {
  const sent = challenges.map((line) => line.split(' ', 1).join('').toLowerCase());
  // The guard asks for what code checks after everything else.
  const groups = unidentified.flat().some(({ verifiedBy }) => verifiedBy === 'code') ? [unidentified.flat()] : unidentified;
  const unmet = groups.find((schemes) => !schemes.some((scheme) => [null, ...sent].includes(challengeOf(scheme))));
  return unmet === undefined ? null : `the document says ${unmet.map(({ name }) => name).join(' or ')}, the application challenges with ${sent.join(', ')}`;
}

function challengeOf({ wire }: ContractScheme): string | null {
  return wire?.scheme ?? null;
}

/** @see RFC 6750 §3.1 */
function asksFor(scopes: readonly string[], line: string): boolean {
  const told = /\bscope="([^"]*)"/.exec(line)?.[1]?.split(' ') ?? [];
  return /^bearer /i.test(line) && /\berror="?insufficient_scope\b/.test(line) && scopes.every((scope) => told.includes(scope));
}
