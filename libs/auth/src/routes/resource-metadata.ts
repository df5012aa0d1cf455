import type { Finding } from '../errors.js';
import { isTrustworthy } from '../schemes/resource-identifier.js';
import type { ProtectedResource } from '../schemes/resource-identifier.js';
import { isBearer } from '../schemes/scheme.js';
import type { RouteTable } from './route-table.js';

/** The description of a protected resource. @see RFC 9728 §2 */
export interface ResourceMetadata {
  readonly resource: string;
  readonly authorization_servers?: readonly string[];
  readonly scopes_supported?: readonly string[];
  readonly bearer_methods_supported: readonly ['header'];
}

/**
 * What clients are told of the application: who issues tokens for it, and which scopes its routes require of Bearer schemes.
 *
 * @param issuers - as the strategies of Bearer schemes tell them
 * @see RFC 9728 §3.2: members without a value MUST be omitted
 */
export function resourceMetadata({ identifier }: ProtectedResource, issuers: readonly string[], { rows }: RouteTable): ResourceMetadata {
  const servers = [...new Set(issuers.filter(isIssuerIdentifier))];
  const terms = rows.flatMap(({ requirement }) => requirement.flatMap((alternative) => alternative.terms));
  const scopes = [...new Set(terms.filter(({ scheme }) => isBearer(scheme)).flatMap((term) => term.scopes))].sort();
  return {
    resource: identifier,
    ...(servers.length > 0 && { authorization_servers: servers }),
    ...(scopes.length > 0 && { scopes_supported: scopes }),
    // What schemes read: nothing takes a token from a query or a form.
    bearer_methods_supported: ['header'],
  };
}

/** The RFC lets a description name no server; a client that reads one asks for nothing else. */
export function metadataFindings({ authorization_servers }: ResourceMetadata): readonly Finding[] {
  if (authorization_servers !== undefined) return [];
  return [{
    code: 'resource-without-issuer',
    where: 'AuthModule.forRoot',
    problem: 'resource is given, and no strategy of a Bearer scheme tells the URL of an issuer, so that clients do not learn where to get a token',
    mend: "extend JwtStrategy with the https URL of the issuer, or write it in the class of the strategy: readonly issuers = ['https://id.example.com'].",
  }];
}

/** Of other texts that tokens may have as `iss`, a client can find nothing. @see RFC 8414 §2 */
function isIssuerIdentifier(issuer: string): boolean {
  return URL.canParse(issuer) && isTrustworthy(new URL(issuer)) && !/[?#]/.test(issuer);
}
