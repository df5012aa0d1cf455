import type { AuthSettings } from '../auth.options.js';
import { pathOf, treeFindings, whereOf } from '../dependencies/tree-findings.js';
import type { TreeBuilder, TreeNode } from '../dependencies/tree.js';
import type { Finding } from '../errors.js';
import type { SecurityScheme } from '../schemes/scheme.js';
import { NOTHING_REQUIRED } from '../scopes/composition.js';
import type { Composition } from '../scopes/composition.js';
import { schemesOf } from '../scopes/expression.js';
import { NOBODY_REQUIRED } from '../scopes/requirement.js';
import type { Requirement } from '../scopes/requirement.js';
import { MOST_WAYS } from '../scopes/way.js';
import type { RouteDeclaration } from './declared-requirement.js';
import { requirementsOf } from './tree-requirement.js';
import type { PlacedRequirement } from './tree-requirement.js';

/** What is wrong with the declarations of one route. */
export function requirementFindings(where: string, declared: RouteDeclaration, composition: Composition<PlacedRequirement>, trees: TreeBuilder, settings: AuthSettings): readonly Finding[] {
  const ofTrees = declared.parts.flatMap(({ declaration: { use } }) => (use === undefined ? [] : treeFindings(where, trees.treeOf(use))));
  if (declared.conflict !== null) return [...ofTrees, publicWithRequirement(where)];
  return declared.isPublic || composition === NOTHING_REQUIRED ? ofTrees : [...ofTrees, ...compositionFindings(where, declared, composition, trees, settings)];
}

function compositionFindings(where: string, { parts }: RouteDeclaration, composition: Composition<PlacedRequirement>, trees: TreeBuilder, settings: AuthSettings): readonly Finding[] {
  const { requirement, schemes, unchecked, unheld, isTooMuch } = composition;
  if (requirement === NOBODY_REQUIRED) return [];
  if (schemes.length === 0) return [noScheme(where)];
  const unregistered = schemes.filter((scheme) => !settings.registered.has(scheme));
  if (unregistered.length > 0) {
    const declarations = parts.flatMap(({ declaration }) => requirementsOf(declaration, trees));
    const pathTo = (scheme: SecurityScheme): readonly TreeNode[] => declarations.find(({ expression }) => expression !== null && schemesOf(expression).includes(scheme))?.path ?? [];
    return unregistered.map((scheme) => notRegistered(placeOf(where, pathTo(scheme)), scheme, settings));
  }
  if (isTooMuch) return [tooManyAlternatives(where)];
  const findings = [
    ...conflictIn(requirement).map((conflict) => conflictingSchemes(where, conflict)),
    ...unchecked.map((scheme) => withoutStrategy(where, scheme)),
    ...unheld.map(({ scope, declaration, schemes: meant }) => {
      const place = placeOf(where, pathToScope(scope, declaration.path));
      return meant.length === 0 ? anonymousWithScope(place, scope) : unknownScope(place, scope, meant, requirement.length > 1);
    }),
  ];
  // A scope that is handed down a tree reaches a scheme in several ways.
  return [...new Map(findings.map((finding) => [JSON.stringify(finding), finding])).values()];
}

/** Where a requirement is written, with the way to it where that is below the route. */
type Place = Pick<Finding, 'where' | 'path'>;

function placeOf(route: string, path: readonly TreeNode[]): Place {
  return { where: whereOf(route, path), ...(path.length > 1 && { path: pathOf(route, path) }) };
}

/** The part of a path that ends where a scope is asked for; all below is handed it. */
function pathToScope(scope: string, path: readonly TreeNode[]): readonly TreeNode[] {
  const place = path.findIndex(({ use }) => use.scopes.includes(scope));
  // A member of what stands at the end has scopes of its own.
  return place === -1 ? path : path.slice(0, 1 + place);
}

function publicWithRequirement(where: string): Finding {
  return {
    code: 'public-with-requirement',
    where,
    problem: '@Public() stands beside a requirement (@Scopes, @Security, @Depends or ScopesGuard), so it is unclear which one is meant',
    mend: 'remove one of the two; to open one route of a protected controller, put @Public() on the method alone.',
  };
}

function noScheme(where: string): Finding {
  return { code: 'scheme-not-registered', where, problem: 'requires a caller, but no scheme is registered', mend: 'add one to AuthModule.forRoot({ schemes }).' };
}

function notRegistered(place: Place, { name }: SecurityScheme, settings: AuthSettings): Finding {
  return {
    code: 'scheme-not-registered',
    ...place,
    problem: `requires the scheme ${name}, which is not registered${settings.schemes.some(({ scheme }) => scheme.name === name) ? '; another object of this name is' : ''}`,
    mend: 'add this very object to AuthModule.forRoot({ schemes }).',
  };
}

function unknownScope(place: Place, scope: string, schemes: readonly SecurityScheme[], isOneOfSeveral: boolean): Finding {
  const known = schemes.map(({ name, scopes }) => `${name} declares ${Object.keys(scopes ?? {}).join(', ') || 'none'}`).join('; ');
  const problem = isOneOfSeveral ? `which nobody has in the alternative ${schemes.map(({ name }) => name).join(' and ')}` : 'which does not exist';
  const mendInOne = isOneOfSeveral ? ' A scope of other alternatives belongs to these: anyOf({ scheme, scopes }, ...).' : '';
  return {
    code: 'unknown-scope',
    ...place,
    problem: `requires the scope "${scope}", ${problem} (${known})`,
    mend: `correct the name, or add it where the scheme is made: scopes: { '${scope}': '...' }.${mendInOne}`,
  };
}

function anonymousWithScope(place: Place, scope: string): Finding {
  return {
    code: 'anonymous-with-scopes',
    ...place,
    problem: `lets anonymous callers in, who have no scopes, and requires the scope "${scope}"`,
    mend: `remove anonymous, or require the scope in the other alternatives only: anyOf({ scheme, scopes: ['${scope}'] }, anonymous).`,
  };
}

/** Schemes that want different things in the one `Authorization` field of a request, where no alternative is without. @see RFC 9110 §11.6.2 */
function conflictIn(requirement: Requirement): readonly (readonly SecurityScheme[])[] {
  const conflicts = requirement.map(({ terms }) => {
    const inAuthorization = terms.length < 2 ? [] : terms.map(({ scheme }) => scheme).filter(({ openapi: { type } }) => type !== 'apiKey');
    return new Set(inAuthorization.map(({ challengeScheme }) => challengeScheme.toLowerCase())).size > 1 ? inAuthorization : [];
  });
  return conflicts.every(({ length }) => length > 0) ? conflicts.slice(0, 1) : [];
}

function conflictingSchemes(where: string, schemes: readonly SecurityScheme[]): Finding {
  const names = schemes.map(({ name }) => name);
  return {
    code: 'conflicting-schemes',
    where,
    problem: `requires ${names.join(' and ')} at once, and a request has one Authorization header`,
    mend: `make them alternatives, @Security(anyOf(${names.join(', ')})), in the place of several declarations; or let one travel in a header of its own.`,
  };
}

function tooManyAlternatives(where: string): Finding {
  return {
    code: 'too-many-alternatives',
    where,
    problem: `can be met in more than ${String(MOST_WAYS)} ways, each of which a request may have to be tried against`,
    mend: 'require fewer schemes that may be absent, or fewer anyOf(...), at once.',
  };
}

function withoutStrategy(where: string, { name }: SecurityScheme): Finding {
  return {
    code: 'scheme-without-strategy',
    where,
    problem: `requires ${name}, which has no strategy, and no parameter, of the handler or of a dependency, takes its credentials by themselves, with their scopes: nobody would check them`,
    mend: 'register it with one, { scheme, strategy: YourStrategy }, or take the credentials with @Depends(scheme) or @Security(scheme, { scopes }) on a parameter, and check them there.',
  };
}
