import { AuthConfigurationError } from 'nestjs-scopes';
import type { JwtIssuerOptions } from 'nestjs-scopes';
import { TestIntrospection } from '../support/introspection-app.js';
import { strategyWith } from '../support/jwt-app.js';

const QUERY = { problem: 'issuer has a query (?)', mend: expect.stringContaining('no issuer that publishes metadata has one') as string };
const FRAGMENT = { problem: 'issuer has a fragment (#)', mend: expect.stringContaining('leave it out') as string };

function jwtStrategy(options: Partial<JwtIssuerOptions>): unknown {
  const UserStrategy = strategyWith({ algorithms: ['EdDSA'], ...options });
  return new UserStrategy();
}

/** The mistakes that the constructor of a strategy has found. */
function findings(construct: () => unknown): unknown {
  try {
    construct();
    return [];
  } catch (error) {
    return error instanceof AuthConfigurationError ? error.findings : error;
  }
}

describe('RFC 8414 §2: An issuer whose metadata are asked', () => {
  it.each([
    { issuer: 'https://id.example.com?tenant=1', finding: QUERY },
    { issuer: 'https://id.example.com/?', finding: QUERY },
    { issuer: 'https://id.example.com/realm?a#b', finding: FRAGMENT },
    { issuer: 'https://id.example.com/#', finding: FRAGMENT },
  ])('has no query and no fragment: $issuer stops the application, and the error says what to write', ({ issuer, finding }) => {
    expect(findings(() => jwtStrategy({ issuer }))).toMatchObject([finding]);
    expect(findings(() => new TestIntrospection({ issuer }))).toMatchObject([finding]);
  });

  it('is written in full, as the error shows', () => {
    const issuer = '127.0.0.1:4180';
    const mend = 'write it in full: https://login.example.com.';
    expect(findings(() => jwtStrategy({ issuer }))).toMatchObject([{ problem: 'issuer is not a URL', mend: `${mend} Or give the keys: secretOrKey, jwks or jwksUri.` }]);
    expect(findings(() => new TestIntrospection({ issuer }))).toMatchObject([{ problem: 'issuer is not a URL', mend }]);
    expect(findings(() => jwtStrategy({ jwksUri: 'keys' }))).toMatchObject([{ problem: 'jwksUri is not a URL', mend: 'write it in full: https://login.example.com/keys.' }]);
  });

  it('is any text where nothing is asked of it', () => {
    const issuer = 'https://id.example.com?tenant=1';
    expect(findings(() => jwtStrategy({ issuer, jwksUri: 'https://id.example.com/keys?tenant=1' }))).toEqual([]);
    expect(findings(() => new TestIntrospection({ issuer, introspectionUrl: 'https://id.example.com/introspect?tenant=1' }))).toEqual([]);
  });
});
