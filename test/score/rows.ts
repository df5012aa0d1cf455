/** The rows of `npm run score` in their order, each with the test that records it by this name. */
export const ROWS: readonly { readonly name: string; readonly spec: string }[] = [
  { name: 'Wycheproof JWS vectors', spec: 'libs/auth/src/strategies/jws-wycheproof.spec.ts' },
  { name: 'RFC 7515, 7520, 7638, 7797, 8037', spec: 'libs/auth/src/strategies/jws-rfc.spec.ts' },
  { name: 'RFC 9068', spec: 'test/rfc/rfc9068.spec.ts' },
  ...['RS256', 'ES256', 'EdDSA', 'HS256'].map((alg) => ({ name: `Attacks with ${alg} tokens`, spec: 'test/security/jwt-attacks.spec.ts' })),
  { name: 'JSON as header and claims', spec: 'test/security/jwt-json.spec.ts' },
  { name: 'JWKS chaos', spec: 'test/security/jwks-chaos.spec.ts' },
];
