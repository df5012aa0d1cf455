import type { JwtPolicy } from './jwt-settings.js';

/** What the options ask for where a check failed whose options are easily mistaken; for the log, and empty for other checks. */
export function expectation(check: string, { audience, audienceClaim, algorithms, profile, maxTokenAge }: JwtPolicy): string {
  switch (check) {
    case 'algorithm':
      return `Its alg has to be ${oneOf(algorithms)}.`;
    case 'type':
      return profile === 'rfc9068' ? 'Its typ has to be "at+jwt" in the profile rfc9068.' : 'Its typ has to be "JWT", "at+jwt" or absent.';
    case 'audience':
      return `Its ${audienceClaim} has to be, or to hold, ${oneOf(audience)}.`;
    case 'maximum age':
      return `From iat to exp may be ${String(maxTokenAge)} seconds.`;
    default:
      return '';
  }
}

/** The `iss` that a token has to have. */
export function issuerExpectation(issuers: readonly string[]): string {
  return `Its iss has to be ${oneOf(issuers)}.`;
}

/** Values as the log shows them. */
export function oneOf(values: readonly string[]): string {
  return values.map((value) => JSON.stringify(value)).join(' or ');
}
