import { generateKeyPair, randomBytes, randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { InvalidTarget } from 'oidc-provider/lib/helpers/errors.js';
import type { Configuration, JWK, ResourceServer } from 'oidc-provider';
import { UsersService } from '../users/users.service.js';

/** An API that tokens are issued for. */
interface Resource {
  /** With a description each. */
  readonly scopes: Readonly<Record<string, string>>;
  /** `jwt`: as RFC 9068 says. `opaque`: only the provider can tell what it is. */
  readonly accessTokenFormat: 'jwt' | 'opaque';
}

/** By the identifier that is the `aud` of their tokens; the first is meant where a client names none. */
export type Resources = Readonly<Record<string, Resource>>;

/** What tokens are signed with. */
export const ALGORITHM = 'RS256';
/** Seconds. */
export const LIFETIMES = { AccessToken: 600, AuthorizationCode: 60, ClientCredentials: 600, Grant: 86_400, IdToken: 600, Interaction: 600, RefreshToken: 86_400, Session: 86_400 };

/** What the provider is to do. Everything that its defaults would warn of is said, and what nobody here needs is off. */
export function providerConfiguration(resources: Resources): Configuration {
  const users = new UsersService();
  const [byDefault] = Object.keys(resources);
  return {
    // A person is asked at every authorization, so that they may grant later what they refused before.
    loadExistingGrant: ({ oidc }) => grantNamed(oidc.result?.consent?.grantId, oidc.provider),
    findAccount: (_context, username) => (users.find(username) === null ? undefined : { accountId: username, claims: () => ({ sub: username }) }),
    clientBasedCORS: (_context, origin, { redirectUris = [] }) => redirectUris.some((uri) => new URL(uri).origin === origin),
    responseTypes: ['code'],
    pkce: { required: () => true },
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    ttl: LIFETIMES,
    renderError: (context, problem) => {
      context.type = 'text';
      context.body = Object.values(problem).join(': ');
    },
    features: {
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      userinfo: { enabled: false },
      clientCredentials: { enabled: true },
      introspection: { enabled: true, allowedPolicy: (_context, { clientAuthMethod }) => clientAuthMethod !== 'none' },
      revocation: { enabled: true, allowedPolicy: (_context, { clientId }, token) => clientId === token.clientId },
      resourceIndicators: {
        enabled: true,
        defaultResource: (_context, _client, oneOf) => oneOf?.[0] ?? byDefault ?? [],
        useGrantedResource: () => true,
        getResourceServerInfo: (_context, identifier) => resourceServer(identifier, resources),
      },
    },
  };
}

/** A new key for the provider to sign with. */
export async function signingKey(): Promise<JWK> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), alg: ALGORITHM, use: 'sig' };
}

type Provider = Parameters<NonNullable<Configuration['loadExistingGrant']>>[0]['oidc']['provider'];

async function grantNamed(id: string | undefined, { Grant }: Provider): Promise<InstanceType<Provider['Grant']> | undefined> {
  return id === undefined ? undefined : Grant.find(id);
}

function resourceServer(identifier: string, resources: Resources): ResourceServer {
  const resource = resources[identifier];
  if (resource === undefined) throw new InvalidTarget();
  const { scopes, accessTokenFormat } = resource;
  return { audience: identifier, scope: Object.keys(scopes).join(' '), accessTokenFormat, jwt: { sign: { alg: ALGORITHM } } };
}
