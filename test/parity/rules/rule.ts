import type { SchemeDeclaration, SentRequest } from '../declaration.js';
import type { ExpectedAnswer, Exchange } from '../expected-answer.js';
import type { Reading } from '../readings.js';

/** A deviation in what one scheme makes of a request; `null` where it does not apply. */
export interface ReadingRule {
  readonly name: string;
  readonly reading: (scheme: SchemeDeclaration, request: SentRequest) => Reading | null;
}

/** A deviation in the answer as a whole; `null` where it does not apply. `earlier` is what the rules before it expect. */
export interface AnswerRule {
  readonly name: string;
  readonly answer: (exchange: Exchange, earlier: ExpectedAnswer) => ExpectedAnswer | null | Promise<ExpectedAnswer | null>;
}

/** The values of a header field, one per field line. */
export function fieldLines({ headers }: SentRequest, name: string): readonly string[] {
  return headers.filter(([sent]) => sent.toLowerCase() === name).map(([, value]) => withoutBlanks(value));
}

/** Without spaces and tabs around it, which is how a field value travels. @see RFC 9110 §5.6.3: OWS */
export function withoutBlanks(text: string): string {
  return text.replace(/^[ \t]+|[ \t]+$/g, '');
}

/** Without what Python takes for white space, of the characters that a field value can hold. */
export function stripped(text: string): string {
  return text.replace(/^[ \t-\r\x1C-\x1F\x85\xA0]+|[ \t-\r\x1C-\x1F\x85\xA0]+$/g, '');
}

export const MISSING: Reading = { kind: 'missing' };
export const MALFORMED: Reading = { kind: 'malformed' };
export const AMBIGUOUS: Reading = { kind: 'ambiguous' };
