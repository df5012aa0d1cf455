import { APIKeyCookie, APIKeyHeader, APIKeyQuery, HTTPBasic, HTTPBearer, HTTPDigest, OAuth2PasswordBearer } from 'nestjs-scopes';

/** Where a client gets a token, and which scopes there are. */
export const oauth2 = new OAuth2PasswordBearer({
  tokenUrl: 'token',
  scopes: { me: 'Read information about the current user.', items: 'Read items.' },
});

/** One scheme of each other kind, for the routes under `/schemes`. */
export const apiKeyHeader = new APIKeyHeader({ name: 'X-API-Key', description: 'The key is demo-key.' });
export const apiKeyQuery = new APIKeyQuery({ name: 'api_key', description: 'The key is demo-key.' });
export const apiKeyCookie = new APIKeyCookie({ name: 'session', description: 'The key is demo-key.' });
export const optionalApiKey = new APIKeyHeader({
  name: 'X-API-Key',
  schemeName: 'OptionalAPIKey',
  description: 'The key is demo-key, and it may be left out.',
  autoError: false,
});
export const basic = new HTTPBasic({ realm: 'demo', description: 'johndoe / secret' });
export const digest = new HTTPDigest({ description: 'johndoe / secret; the browser asks by itself.' });
export const bearer = new HTTPBearer({ bearerFormat: 'JWT', description: 'The access_token that POST /token answers.' });

/** What the demo's tokens say about who issued them, for whom. */
export const ISSUER = 'https://demo.nestjs-scopes.example';
export const AUDIENCE = 'nestjs-scopes-demo';
