import { OAuth2PasswordBearer } from 'nestjs-scopes';

/** Where a client gets a token, and which scopes there are. */
export const oauth2 = new OAuth2PasswordBearer({
  tokenUrl: 'token',
  scopes: { me: 'Read information about the current user.', items: 'Read items.' },
});

/** What the demo's tokens say about who issued them, for whom. */
export const ISSUER = 'https://demo.nestjs-scopes.example';
export const AUDIENCE = 'nestjs-scopes-demo';
