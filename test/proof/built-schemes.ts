import { Injectable } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { APIKeyCookie, APIKeyHeader, APIKeyQuery, ApiKeyStrategy, BasicStrategy, HTTPBasic, HTTPBearer, OAuth2ClientCredentialsBearer, OAuth2PasswordBearer } from 'nestjs-scopes';
import type { SchemeRegistration, SecurityScheme } from 'nestjs-scopes';
import { CATALOGUES, SCHEME_NAMES } from './application.js';
import type { SchemeName, SchemeValue } from './application.js';
import { grantedBy } from './callers.js';

/** The schemes of one application by name, also those that are not registered. */
export type BuiltSchemes = Readonly<Record<SchemeName, SecurityScheme>>;

export function builtSchemes(schemes: readonly SchemeValue[]): BuiltSchemes {
  const made = SCHEME_NAMES.map((schemeName) => {
    const autoError = schemes.find(({ name }) => name === schemeName)?.autoError ?? true;
    return [schemeName, MAKERS[schemeName]({ schemeName, autoError })] as const;
  });
  return Object.fromEntries(made) as unknown as BuiltSchemes;
}

export function registrationsOf(schemes: readonly SchemeValue[], built: BuiltSchemes): SchemeRegistration[] {
  return schemes.map(({ name, hasStrategy }) => ({ scheme: built[name], ...(hasStrategy && { strategy: STRATEGIES[name] }) }));
}

const MAKERS: Readonly<Record<SchemeName, (options: { readonly schemeName: SchemeName; readonly autoError: boolean }) => SecurityScheme>> = {
  oauth2: (options) => new OAuth2PasswordBearer({ ...options, tokenUrl: 'token', scopes: catalogueOf('oauth2') }),
  clients: (options) => new OAuth2ClientCredentialsBearer({ ...options, tokenUrl: 'token', scopes: catalogueOf('clients') }),
  bearer: (options) => new HTTPBearer(options),
  basic: (options) => new HTTPBasic(options),
  header: (options) => new APIKeyHeader({ ...options, name: 'X-Key' }),
  query: (options) => new APIKeyQuery({ ...options, name: 'key' }),
  cookie: (options) => new APIKeyCookie({ ...options, name: 'session' }),
};

const STRATEGIES = Object.fromEntries(SCHEME_NAMES.map((name) => [name, strategyOf(name)])) as Readonly<Record<SchemeName, Type<ApiKeyStrategy | BasicStrategy>>>;

function catalogueOf(name: SchemeName): Record<string, string> {
  return Object.fromEntries((CATALOGUES[name] ?? []).map((scope) => [scope, 'Made up.']));
}

function strategyOf(name: SchemeName): Type<ApiKeyStrategy | BasicStrategy> {
  const userBy = (hash: string): object | null => {
    const scopes = grantedBy(hash, name);
    return scopes && { name, scopes };
  };
  if (name === 'basic') {
    @Injectable()
    class MadeUpBasicStrategy extends BasicStrategy {
      validate(_username: string, password: string) {
        return userBy(ApiKeyStrategy.hash(password));
      }
    }
    return MadeUpBasicStrategy;
  }
  @Injectable()
  class MadeUpStrategy extends ApiKeyStrategy {
    validate(hash: string) {
      return userBy(hash);
    }
  }
  return MadeUpStrategy;
}
