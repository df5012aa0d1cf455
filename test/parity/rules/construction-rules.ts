import { placedRoutes, usesOf } from '../controllers-of.js';
import type { ApplicationDeclaration } from '../declaration.js';
import { allUses, documentName, usedSchemes } from '../used-schemes.js';

/** A declaration that is refused here before the application starts, where FastAPI serves it. */
export interface ConstructionRule {
  readonly name: string;
  readonly applies: (declaration: ApplicationDeclaration) => boolean;
  /** The name of the error. */
  readonly error: 'AuthConfigurationError' | 'TypeError';
}

export const CONSTRUCTION_RULES: readonly ConstructionRule[] = [
  {
    // RFC 9110 §11.1: the name of an authentication scheme is a token (§5.6.2).
    name: 'scheme-token',
    applies: (declaration) => argumentsOf(declaration, 'HTTPBase', 'scheme').some((scheme) => !/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(scheme)),
    error: 'AuthConfigurationError',
  },
  {
    name: 'realm-quoting',
    applies: (declaration) => argumentsOf(declaration, 'HTTPBasic', 'realm').some((realm) => /[^\x20-\x7E]/.test(realm)),
    error: 'AuthConfigurationError',
  },
  {
    name: 'name-collision',
    applies: (declaration) => {
      const names = usedSchemes(declaration).map(({ scheme }) => documentName(scheme));
      return new Set(names).size < names.length;
    },
    error: 'AuthConfigurationError',
  },
  {
    name: 'scopes-are-a-list',
    applies: (declaration) => allUses(declaration, placedRoutes(declaration).flatMap(usesOf)).some(({ scopes }) => scopes !== undefined && !Array.isArray(scopes)),
    error: 'TypeError',
  },
];

function argumentsOf(declaration: ApplicationDeclaration, type: string, name: string): readonly string[] {
  const schemes = usedSchemes(declaration).map(({ scheme }) => scheme);
  return schemes.flatMap((scheme) => (scheme.class === type && typeof scheme.args?.[name] === 'string' ? scheme.args[name] : []));
}
