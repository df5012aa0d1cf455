import { AuthConfigurationError, JwtStrategy } from 'nestjs-scopes';
import type { JwtStrategyOptions } from 'nestjs-scopes';
import { rsa, SECRET } from '../support/hostile-tokens.js';
import { AUDIENCE, ISSUER, publicKey } from '../support/tokens.js';

class UserStrategy extends JwtStrategy {
  constructor(options: object) {
    super(options as JwtStrategyOptions);
  }
  validate(): unknown {
    return {};
  }
}

const issuer = { issuer: ISSUER, audience: AUDIENCE, algorithms: ['EdDSA'] };
const jwks = { keys: [publicKey.export({ format: 'jwk' })] };

const GOOD = [
  { what: 'the issuer alone, which is then asked', options: issuer },
  { what: 'several algorithms for published keys', options: { ...issuer, algorithms: ['RS256', 'ES256', 'EdDSA'] } },
  { what: 'an issuer on this machine', options: { ...issuer, issuer: 'http://localhost:4000' } },
  { what: 'an issuer in a private network', options: { ...issuer, issuer: 'https://10.0.0.1', privateNetwork: true } },
  { what: 'jwksUri, and an issuer that is no URL', options: { ...issuer, issuer: 'accounts', jwksUri: 'https://id.example.com/keys' } },
  { what: 'jwks as an object', options: { ...issuer, jwks } },
  { what: 'jwks as JSON text', options: { ...issuer, jwks: JSON.stringify(jwks) } },
  { what: 'several issuers', options: { issuers: [{ ...issuer, jwks }, { ...issuer, issuer: 'https://b.example.com', secretOrKey: publicKey }], verifiedTokenCache: 10 } },
];

const BAD = [
  { what: 'a secret that is not set', because: 'a variable that is missing must not turn to other keys', options: { ...issuer, secretOrKey: undefined }, problem: 'secretOrKey is missing' },
  { what: 'jwksUri that is not set', because: 'a variable that is missing must not turn to other keys', options: { ...issuer, jwksUri: undefined }, problem: 'jwksUri is missing' },
  { what: 'jwks that is not set', because: 'a variable that is missing must not turn to other keys', options: { ...issuer, jwks: undefined }, problem: 'jwks cannot be used' },
  { what: 'two sources of keys', because: 'one of them would be ignored', options: { ...issuer, jwks, jwksUri: 'https://id.example.com/keys' }, problem: 'jwks and jwksUri are both given' },
  { what: 'HS256 without a secret', because: 'nobody publishes secrets', options: { ...issuer, algorithms: ['HS256'] }, problem: 'secretOrKey is missing, which HS256 needs' },
  { what: 'HS256 among others with jwksUri', because: 'a published key would be a secret (RFC 8725 §2.1)', options: { ...issuer, algorithms: ['RS256', 'HS256'], jwksUri: 'https://id.example.com/keys' }, problem: 'secretOrKey is missing, which HS256 needs' },
  { what: 'an issuer that is no URL, and no keys', because: 'nobody can be asked', options: { ...issuer, issuer: 'accounts' }, problem: 'issuer is not a URL' },
  { what: 'an issuer over http', because: 'anybody on the way could give keys', options: { ...issuer, issuer: 'http://id.example.com' }, problem: 'issuer is not an https URL' },
  { what: 'an issuer in a private network', because: 'it has to be said (KEY-07)', options: { ...issuer, issuer: 'https://10.0.0.1' }, problem: 'the host of issuer is at a private address' },
  { what: 'jwksUri at a link-local address', because: 'clouds keep credentials there (KEY-07)', options: { ...issuer, jwksUri: 'https://169.254.169.254/keys', privateNetwork: true }, problem: 'the host of jwksUri is at an address that no identity provider has' },
  { what: 'jwksUri of a file', because: 'it is no URL of a provider (KEY-07)', options: { ...issuer, jwksUri: 'file:///etc/keys.json' }, problem: 'jwksUri is not an https URL' },
  { what: 'jwksUri with a password', because: 'it would be told to whoever reads the log', options: { ...issuer, jwksUri: 'https://user:hunter2@id.example.com/keys' }, problem: 'jwksUri has a user name or password in it' },
  { what: 'jwks that is no JSON', because: 'nothing could be read', options: { ...issuer, jwks: '{' }, problem: 'jwks cannot be used' },
  { what: 'jwks with a private key', because: 'it is a secret where nobody expects one', options: { ...issuer, jwks: { keys: [{ ...jwks.keys[0], d: 'AQAB' }] } }, problem: 'jwks cannot be used: the JWK Set holds a secret or a private key' },
  { what: 'jwks with no key of the algorithms', because: 'no token could be verified', options: { ...issuer, jwks: { keys: [rsa.publicKey.export({ format: 'jwk' })] } }, problem: 'jwks cannot be used: none of the 1 keys of the JWK Set can verify EdDSA' },
  { what: 'maxStale beside a key', because: 'no keys are fetched', options: { ...issuer, secretOrKey: publicKey, maxStale: 60 }, problem: 'maxStale is given, and no keys are fetched' },
  { what: 'maxStale of a second', because: 'a short outage would be one of the API', options: { ...issuer, maxStale: 1 }, problem: 'maxStale is out of range' },
  { what: 'maxStale for ever', because: 'a removed key would never be noticed', options: { ...issuer, maxStale: Infinity }, problem: 'maxStale is out of range' },
  { what: 'privateNetwork that is a text', because: 'any text would be true', options: { ...issuer, privateNetwork: 'false' }, problem: 'privateNetwork is not true or false' },
  { what: 'maxTokenAge of 0', because: 'no token would pass', options: { ...issuer, maxTokenAge: 0 }, problem: 'maxTokenAge is not a time' },
  { what: 'maxTokenAge that is a text', because: 'it is a number of seconds', options: { ...issuer, maxTokenAge: '1h' }, problem: 'maxTokenAge is not a time' },
  { what: 'audienceClaim of another name', because: 'only these two name an audience', options: { ...issuer, audienceClaim: 'sub' }, problem: 'audienceClaim is not one of the profile jwt' },
  { what: "audienceClaim: 'client_id' in the strict profile", because: 'RFC 9068 §4 has aud', options: { ...issuer, audienceClaim: 'client_id', profile: 'rfc9068' }, problem: 'audienceClaim is not one of the profile rfc9068' },
  { what: 'verifiedTokenCache: true', because: 'it is a number of tokens', options: { ...issuer, verifiedTokenCache: true }, problem: 'verifiedTokenCache is not a number of tokens' },
  { what: 'verifiedTokenCache without an end', because: 'memory has one', options: { ...issuer, verifiedTokenCache: Infinity }, problem: 'verifiedTokenCache is not a number of tokens' },
  { what: 'verifiedTokenCache of ten million', because: 'room for all of them is made at start', options: { ...issuer, verifiedTokenCache: 10_000_000 }, problem: 'verifiedTokenCache is not a number of tokens' },
  { what: 'an issuer given twice', because: 'one of the two would be ignored', options: { issuers: [issuer, { ...issuer, audience: 'other' }] }, problem: `the issuer ${ISSUER} is given twice` },
  { what: 'no issuers', because: 'no token could be verified', options: { issuers: [] }, problem: 'issuers is not a list of options' },
  { what: 'issuers that are texts', because: 'their keys and audiences are missing', options: { issuers: [ISSUER] }, problem: 'issuers is not a list of options' },
  { what: 'an audience beside issuers', because: 'each issuer has its own', options: { audience: AUDIENCE, issuers: [issuer] }, problem: 'audience stands beside issuers' },
];

describe('Keys and issuers in the options of JwtStrategy', () => {
  it.each(GOOD)('takes $what', ({ options }) => {
    expect(() => new UserStrategy(options)).not.toThrow();
  });

  it.each(BAD)('RFC 8725: $what stops the application, because $because', ({ options, problem }) => {
    let error: unknown;
    try {
      new UserStrategy(options);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(AuthConfigurationError);
    const { findings, message } = error as AuthConfigurationError;
    expect(findings).toEqual([{ code: 'invalid-option', where: 'UserStrategy', problem: expect.stringContaining(problem), mend: expect.stringMatching(/\S/) }]);
    expect(message).not.toMatch(new RegExp(`hunter2|${SECRET}`));
  });

  it('tells the issuers whose tokens it takes', () => {
    expect(new UserStrategy({ issuers: [issuer, { ...issuer, issuer: 'https://b.example.com' }] }).issuers).toEqual([ISSUER, 'https://b.example.com']);
  });
});
