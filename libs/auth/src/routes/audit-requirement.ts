import type { AuthSettings } from '../auth.options.js';
import type { Finding } from '../errors.js';
import type { SecurityScheme } from '../schemes/scheme.js';
import { carriersOf, requiredSchemes } from '../scopes/requirement.js';
import type { RouteDeclaration } from './declared-requirement.js';

/** What is wrong with the declarations of one route. */
export function requirementFindings(where: string, { parts, isPublic, conflict }: RouteDeclaration, settings: AuthSettings): readonly Finding[] {
  if (conflict !== null) return [publicWithRequirement(where)];
  if (isPublic || parts.length === 0) return [];
  const declarations = parts.map(({ declaration }) => declaration);
  const schemes = requiredSchemes(declarations, settings.default);
  if (schemes.length === 0) return [noScheme(where)];
  const unregistered = schemes.filter((scheme) => !settings.schemes.some((registration) => registration.scheme === scheme));
  if (unregistered.length > 0) return unregistered.map((scheme) => notRegistered(where, scheme));

  const findings: Finding[] = [];
  for (const { scheme, scopes, isTaken = false } of declarations) {
    for (const scope of scopes) {
      const carriers = carriersOf(scope, scheme === null ? schemes : [scheme]);
      if (carriers.length === 0) findings.push(unknownScope(where, scope, scheme === null ? schemes : [scheme]));
      for (const carrier of carriers) {
        const isVerified = settings.schemes.some((registration) => registration.scheme === carrier && registration.strategy !== undefined);
        if (!isVerified && !isTaken) findings.push(withoutStrategy(where, scope, carrier));
      }
    }
  }
  return findings;
}

function publicWithRequirement(where: string): Finding {
  return {
    code: 'public-with-requirement',
    where,
    problem: '@Public() stands beside a requirement (@Scopes, @Security or ScopesGuard), so it is unclear which one is meant',
    mend: 'remove one of the two; to open one route of a protected controller, put @Public() on the method alone.',
  };
}

function noScheme(where: string): Finding {
  return { code: 'scheme-not-registered', where, problem: 'requires a caller, but no scheme is registered', mend: 'add one to AuthModule.forRoot({ schemes }).' };
}

function notRegistered(where: string, { name }: SecurityScheme): Finding {
  return {
    code: 'scheme-not-registered',
    where,
    problem: `requires the scheme ${name}, which is not registered`,
    mend: 'add this very object to AuthModule.forRoot({ schemes }).',
  };
}

function unknownScope(where: string, scope: string, schemes: readonly SecurityScheme[]): Finding {
  const known = schemes.map(({ name, scopes }) => `${name} declares ${Object.keys(scopes ?? {}).join(', ') || 'none'}`).join('; ');
  return {
    code: 'unknown-scope',
    where,
    problem: `requires the scope "${scope}", which does not exist (${known})`,
    mend: `correct the name, or add it where the scheme is made: scopes: { '${scope}': '...' }.`,
  };
}

function withoutStrategy(where: string, scope: string, { name }: SecurityScheme): Finding {
  return {
    code: 'scheme-without-strategy',
    where,
    problem: `requires the scope "${scope}" of ${name}, which has no strategy, so nobody would check it`,
    mend: `register it with one: { scheme, strategy: YourStrategy }.`,
  };
}
