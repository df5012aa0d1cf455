import { parsedObject } from './jws.js';

const JWT = /^[A-Za-z0-9_-]+\.([A-Za-z0-9_-]+)\.[A-Za-z0-9_-]*$/;

/** The `iss` of a token that is a JWT by its form, which nobody has verified; `undefined` of any other, and where it has none. */
export function claimedIssuer(token: string): unknown {
  const [, payload] = JWT.exec(token) ?? [];
  const claims = payload === undefined ? null : parsedObject(Buffer.from(payload, 'base64url'));
  return claims !== null && Object.hasOwn(claims, 'iss') ? (claims as { readonly iss: unknown }).iss : undefined;
}
