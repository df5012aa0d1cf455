import { oauth2 } from '../security.js';
import type { Resources } from './provider-configuration.js';

/** The `aud` of the tokens for this API, which the provider knows it by. */
export const API = 'https://demo.nestjs-scopes.example/api';

/** What the provider issues tokens for. */
export const RESOURCES: Resources = { [API]: { scopes: oauth2.scopes, accessTokenFormat: 'jwt' } };
