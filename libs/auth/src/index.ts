// Declare: what a route requires
export { Public, Scopes, Security } from './guards/requirement.decorators.js';
export type { SecurityOptions } from './guards/requirement.decorators.js';
export { allOf, anonymous, anyOf } from './scopes/expression.js';
export type { SchemeWithScopes, SecurityCombination, SecurityExpression, SecurityMember } from './scopes/expression.js';
export { Depends } from './guards/depends.decorator.js';
export type { DependsOptions, TakingDecorator } from './guards/depends.decorator.js';
export type { Dependency, DependencyClass, ValueOf } from './dependencies/dependency.js';

// Configure: schemes, strategies, the module
export { AuthModule } from './auth.module.js';
export type { AuthModuleOptions, DependencyOptions } from './auth.options.js';
export { SecurityScheme } from './schemes/scheme.js';
export type {
  Extraction,
  NotAuthenticatedError,
  OAuthFlowObject,
  OAuthFlowsObject,
  SchemeOptions,
  SchemeRequest,
  SecuritySchemeObject,
} from './schemes/scheme.js';
export type { ChallengeContext } from './schemes/challenge.js';
export type { APIKeyOptions } from './schemes/api-key.js';
export { APIKeyCookie } from './schemes/api-key-cookie.scheme.js';
export type { APIKeyCookieOptions } from './schemes/api-key-cookie.scheme.js';
export { APIKeyHeader } from './schemes/api-key-header.scheme.js';
export { APIKeyQuery } from './schemes/api-key-query.scheme.js';
export type { HTTPAuthorizationCredentials } from './schemes/authorization.js';
export { HTTPBase } from './schemes/http-base.scheme.js';
export type { HTTPBaseOptions } from './schemes/http-base.scheme.js';
export type { HTTPBasicCredentials } from './schemes/basic-credentials.js';
export { HTTPBasic } from './schemes/http-basic.scheme.js';
export type { HTTPBasicOptions } from './schemes/http-basic.scheme.js';
export { HTTPBearer } from './schemes/http-bearer.scheme.js';
export type { HTTPBearerOptions } from './schemes/http-bearer.scheme.js';
export { HTTPDigest } from './schemes/http-digest.scheme.js';
export { OAuth2 } from './schemes/oauth2.scheme.js';
export type { OAuth2Options } from './schemes/oauth2.scheme.js';
export type { OAuthFlowOptions, OAuthFlowsOptions } from './schemes/oauth-flows.js';
export { OAuth2AuthorizationCodeBearer } from './schemes/oauth2-authorization-code-bearer.scheme.js';
export type { OAuth2AuthorizationCodeBearerOptions } from './schemes/oauth2-authorization-code-bearer.scheme.js';
export { OAuth2ClientCredentialsBearer } from './schemes/oauth2-client-credentials-bearer.scheme.js';
export type { OAuth2ClientCredentialsBearerOptions } from './schemes/oauth2-client-credentials-bearer.scheme.js';
export { OAuth2PasswordBearer } from './schemes/oauth2-password-bearer.scheme.js';
export type { OAuth2PasswordBearerOptions } from './schemes/oauth2-password-bearer.scheme.js';
export { OpenIdConnect } from './schemes/open-id-connect.scheme.js';
export type { OpenIdConnectOptions } from './schemes/open-id-connect.scheme.js';
export { JwtStrategy } from './strategies/jwt.strategy.js';
export type { JwtCacheOptions, JwtIssuerOptions, JwtIssuersOptions, JwtProfile, JwtStrategyOptions } from './strategies/jwt-options.js';
export type { JwtAlgorithm } from './keys/verification-key.js';
export type { AccessTokenClaims } from './strategies/jwt-checks.js';
export { IntrospectionStrategy } from './strategies/introspection.strategy.js';
export type { IntrospectionStrategyOptions } from './strategies/introspection-options.js';
export type { IntrospectedClaims } from './strategies/introspection-checks.js';
export { BasicStrategy } from './strategies/basic.strategy.js';
export { DigestStrategy } from './strategies/digest.strategy.js';
export type { DigestAccount } from './strategies/digest.strategy.js';
export type { DigestStrategyOptions } from './strategies/digest-options.js';
export type { DigestAlgorithm, DigestHash } from './strategies/digest-algorithm.js';
export { MemoryNonceStore } from './strategies/digest-nonce-store.js';
export type { DigestNonceStore } from './strategies/digest-nonce-store.js';
export { ApiKeyStrategy } from './strategies/api-key.strategy.js';
export type { SchemeRegistration } from './strategies/strategy-registry.js';
export type { StrategyInstance } from './strategies/strategy.js';
export { AuthConfigurationError } from './errors.js';
export type { Finding, FindingCode } from './errors.js';

// Enforce
export { ScopesGuard } from './guards/scopes.guard.js';
export { protectDocs } from './guards/protect-docs.js';
export type { ProtectDocsOptions } from './guards/protect-docs.js';

// Inspect: the document and the route table
export { createSecureDocument } from './openapi/secure-document.js';
export { describeSecurity } from './routes/describe.js';
export type { DependencyDescription, RouteDescription } from './routes/describe.js';
export type { RequirementSource } from './routes/route-table.js';
export { setupSecurityReport } from './report/setup-security-report.js';

// Handle: what a handler takes
export { CurrentPrincipal, CurrentUser, RequiredScopes } from './guards/caller.decorators.js';
export { Principal } from './decision/principal.js';
export { SecurityScopes } from './scopes/security-scopes.js';
export { Form } from './forms/form.decorator.js';
export type { FormClass } from './forms/form.decorator.js';
export { OAuth2PasswordRequestForm } from './forms/oauth2-password-request-form.js';
export { OAuth2PasswordRequestFormStrict } from './forms/oauth2-password-request-form-strict.js';
