import { BadRequestException, Injectable } from '@nestjs/common';
import { SignJWT } from 'jose';
import { randomUUID } from 'node:crypto';
import type { OAuth2PasswordRequestForm } from 'nestjs-scopes';
import { AUDIENCE, ISSUER } from '../security.js';
import { accountWithPassword } from '../users/account-with-password.js';
import { UsersService } from '../users/users.service.js';
import { PasswordHasher } from './password-hasher.js';
import { SigningKey } from './signing-key.js';

/** Seconds. */
const LIFETIME = 1800;

/** @see RFC 6749 §5.1 */
export interface TokenResponse {
  readonly access_token: string;
  readonly token_type: 'bearer';
  readonly expires_in: number;
  readonly scope: string;
}

/** Logs people in and issues their access tokens. */
@Injectable()
export class TokenService {
  constructor(
    private readonly users: UsersService,
    private readonly hasher: PasswordHasher,
    private readonly signingKey: SigningKey,
  ) {}

  async login(form: OAuth2PasswordRequestForm): Promise<TokenResponse> {
    const account = await accountWithPassword(this.users, this.hasher, form.username, form.password);
    if (account === null) throw incorrectLogin();
    // Handing out whatever is asked for would make scopes worthless.
    const granted = form.scopes.filter((scope) => account.allowedScopes.includes(scope));
    return this.issue(account.user.username, form.clientId ?? 'demo', granted.join(' '));
  }

  /** @see RFC 9068 §2.2 */
  private async issue(username: string, clientId: string, scope: string): Promise<TokenResponse> {
    const token = new SignJWT({ client_id: clientId, scope })
      .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt' })
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setSubject(username)
      .setIssuedAt()
      .setExpirationTime(`${String(LIFETIME)}s`)
      .setJti(randomUUID());
    return { access_token: await token.sign(this.signingKey.privateKey), token_type: 'bearer', expires_in: LIFETIME, scope };
  }
}

/** The same for an unknown user and a wrong password. @see RFC 6749 §5.2: `invalid_grant` */
function incorrectLogin(): BadRequestException {
  const message = 'Incorrect username or password';
  return new BadRequestException({ statusCode: 400, message, error: 'invalid_grant', error_description: message });
}
