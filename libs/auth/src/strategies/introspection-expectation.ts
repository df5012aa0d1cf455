import type { IntrospectionPolicy } from './introspection-options.js';
import { oneOf } from './jwt-expectation.js';

/** What is asked for where a check failed whose options are easily mistaken; for the log, and empty for other checks. */
export function introspectionExpectation(check: string, { issuer, audience }: IntrospectionPolicy): string {
  switch (check) {
    case 'issuer':
      return `Its iss has to be ${oneOf([issuer])}, or absent.`;
    case 'audience':
      return `Its aud has to be, or to hold, ${oneOf(audience ?? [])}.`;
    case 'purpose':
      return 'Its token_type, token_use and typ have to be "Bearer", "access", "access_token", "at+jwt" or absent.';
    case 'kind of token':
      return 'The answer has none of token_type, token_use and typ: acceptTokensOfUnknownType is for a provider that sends none.';
    default:
      return '';
  }
}
