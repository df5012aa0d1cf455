import type { AuthSettings } from '../auth.options.js';
import type { TreeBuilder } from '../dependencies/tree.js';
import type { Composition } from '../scopes/composition.js';
import { requirementFindings } from './audit-requirement.js';
import type { RouteDeclaration } from './declared-requirement.js';
import { commonPart } from './route-row.js';
import type { CommonPart } from './route-row.js';
import type { DeclaredPart } from './route-table.js';
import { compositionOf } from './tree-requirement.js';
import type { PlacedRequirement } from './tree-requirement.js';

/** What is made of declarations, the same for all routes that declare the same. */
export interface Merged {
  readonly common: CommonPart;
  readonly composition: Composition<PlacedRequirement>;
  /** There is something wrong with each route that declares this. */
  readonly isWrong: boolean;
}

/** Merges what routes declare: once for all that declare the same, as most routes of an application do. */
export class MergedDeclarations {
  readonly #byContent = new Map<string, Merged>();
  readonly #numbers = new Map<object, number>();

  constructor(
    private readonly trees: TreeBuilder,
    private readonly settings: AuthSettings,
  ) {}

  of(declared: RouteDeclaration): Merged {
    const content = this.#contentOf(declared);
    const merged = this.#byContent.get(content) ?? this.#merge(declared);
    this.#byContent.set(content, merged);
    return merged;
  }

  #merge(declared: RouteDeclaration): Merged {
    const composition = compositionOf(declared.parts, this.trees, this.settings);
    return {
      common: commonPart(declared, composition, this.trees, this.settings),
      composition,
      isWrong: requirementFindings('', declared, composition, this.trees, this.settings).length > 0,
    };
  }

  /** Everything that the result depends on, as a text. No scope holds a line break. */
  #contentOf({ parts, isPublic, conflict }: RouteDeclaration): string {
    return parts.reduce((content, part) => `${content}\n${this.#contentOfPart(part)}`, `${String(isPublic)} ${String(conflict !== null)}`);
  }

  #contentOfPart({ declaration, level }: DeclaredPart): string {
    // The rest is no object; nothing that is ever added to a declaration can be missed.
    const { expression, scopes, use, ...rest } = declaration;
    return `${level} ${this.#numberOf(expression)} ${this.#numberOf(use?.what)} ${String(use?.useCache)} ${scopes.join(' ')} ${JSON.stringify(rest)}`;
  }

  /** Tells one scheme or dependency from another. */
  #numberOf(what: object | null | undefined): number {
    if (what === null || what === undefined) return -1;
    const number = this.#numbers.get(what) ?? this.#numbers.size;
    this.#numbers.set(what, number);
    return number;
  }
}
