import { Injectable } from '@nestjs/common';
import { SignJWT } from 'jose';
import { JwtStrategy, OAuth2PasswordBearer } from 'nestjs-scopes';
import type { AccessTokenClaims } from 'nestjs-scopes';
import { generateKeyPairSync } from 'node:crypto';

export const ISSUER = 'https://id.example.com';
export const AUDIENCE = 'https://api.example.com';
export const { privateKey, publicKey } = generateKeyPairSync('ed25519');

/** A user as the test strategy makes them: of whatever name the token says, but for "nobody". */
export interface TestUser {
  readonly name: string;
}

@Injectable()
export class TestStrategy extends JwtStrategy {
  constructor() {
    super({ issuer: ISSUER, audience: AUDIENCE, algorithms: ['EdDSA'], secretOrKey: publicKey });
  }
  validate({ sub }: AccessTokenClaims): TestUser | null {
    return sub === 'nobody' ? null : { name: sub };
  }
}

/** A scheme with the scopes that most tests need. A new one each time, as schemes belong to one application. */
export function testScheme(options: { autoError?: boolean; schemeName?: string } = {}): OAuth2PasswordBearer {
  return new OAuth2PasswordBearer({ tokenUrl: 'token', scopes: { me: 'Me.', items: 'Items.', admin: 'Everything.' }, ...options });
}

/** A good token with these scopes; `claims` and `header` change or, with `undefined`, remove what it says. */
export function tokenWith(scope: string, claims: Record<string, unknown> = {}, header: Record<string, unknown> = {}): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const all = { iss: ISSUER, aud: AUDIENCE, sub: 'johndoe', iat: now, exp: now + 600, jti: 'id-1', client_id: 'test', scope, ...claims };
  return new SignJWT(all).setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', ...header }).sign(privateKey);
}
