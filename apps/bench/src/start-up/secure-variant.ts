import { Injectable } from '@nestjs/common';
import { ApiKeyStrategy, AuthModule, createSecureDocument, Depends, OAuth2PasswordBearer, Public, RequiredScopes, Scopes, Security, SecurityScopes } from 'nestjs-scopes';
import type { Variant } from './variant.js';

const oauth2 = new OAuth2PasswordBearer({ tokenUrl: 'token', scopes: { me: 'Read the user.', items: 'Read items.', admin: 'Everything.' } });

@Injectable()
class NobodyStrategy extends ApiKeyStrategy {
  validate(): null {
    return null;
  }
}

@Injectable()
class CurrentUser {
  resolve(@RequiredScopes() scopes: SecurityScopes, @Depends(oauth2) token: string): string {
    return `${scopes.scopeStr} ${token}`;
  }
}

export const secure: Variant = {
  Scopes,
  Public,
  User: () => Security(CurrentUser, { scopes: ['admin'] }),
  imports: [AuthModule.forRoot({ schemes: [{ scheme: oauth2, strategy: NobodyStrategy }], providers: [CurrentUser] })],
  providers: [],
  document: createSecureDocument,
};
