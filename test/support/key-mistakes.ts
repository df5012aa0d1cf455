import { AuthConfigurationError, JwtStrategy } from 'nestjs-scopes';
import type { JwtAlgorithm, JwtIssuerOptions } from 'nestjs-scopes';
import { AUDIENCE, ISSUER } from './tokens.js';

class UserStrategy extends JwtStrategy {
  constructor(algorithm: string, secretOrKey: unknown) {
    super({ issuer: ISSUER, audience: AUDIENCE, algorithms: [algorithm as JwtAlgorithm], secretOrKey: secretOrKey as JwtIssuerOptions['secretOrKey'] });
  }
  validate(): unknown {
    return {};
  }
}

/** What a `JwtStrategy` finds wrong with a key when it is made; nothing, if it takes the key. */
export function keyMistakes(algorithm: string, key: unknown): readonly string[] {
  try {
    new UserStrategy(algorithm, key);
    return [];
  } catch (error) {
    if (error instanceof AuthConfigurationError) return error.findings.map(({ problem }) => problem);
    throw error;
  }
}
