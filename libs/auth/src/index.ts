// Declare: what a route requires
export { Public, Scopes, Security } from './guards/requirement.decorators.js';
export type { SecurityOptions } from './guards/requirement.decorators.js';

// Configure: schemes, strategies, the module
export { AuthModule } from './auth.module.js';
export type { AuthModuleOptions } from './auth.options.js';
export { SecurityScheme } from './schemes/scheme.js';
export type { Extraction, SchemeOptions, SchemeRequest, SecuritySchemeObject } from './schemes/scheme.js';
export { HTTPBearer } from './schemes/http-bearer.scheme.js';
export type { HTTPBearerOptions } from './schemes/http-bearer.scheme.js';
export { OAuth2PasswordBearer } from './schemes/oauth2-password-bearer.scheme.js';
export type { OAuth2PasswordBearerOptions } from './schemes/oauth2-password-bearer.scheme.js';
export { JwtStrategy } from './strategies/jwt.strategy.js';
export type { JwtProfile, JwtStrategyOptions } from './strategies/jwt-options.js';
export type { JwtAlgorithm } from './strategies/jwt-key.js';
export type { AccessTokenClaims } from './strategies/jwt-checks.js';
export type { SchemeRegistration } from './strategies/strategy-registry.js';
export type { StrategyInstance } from './strategies/strategy.js';
export { AuthConfigurationError } from './errors.js';
export type { Finding, FindingCode } from './errors.js';

// Enforce
export { ScopesGuard } from './guards/scopes.guard.js';

// Inspect: the document and the route table
export { createSecureDocument } from './openapi/secure-document.js';
export { describeSecurity } from './routes/describe.js';
export type { RouteDescription } from './routes/describe.js';
export type { RequirementSource } from './routes/route-table.js';

// Handle: what a handler takes
export { CurrentPrincipal, CurrentUser, RequiredScopes } from './guards/caller.decorators.js';
export { Principal } from './decision/principal.js';
export { SecurityScopes } from './scopes/security-scopes.js';
export { Form } from './forms/form.decorator.js';
export type { FormClass } from './forms/form.decorator.js';
export { OAuth2PasswordRequestForm } from './forms/oauth2-password-request-form.js';
