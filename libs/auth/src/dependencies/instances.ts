import type { DiscoveryService, ModuleRef } from '@nestjs/core';
import type { ExternalContextCreator } from '@nestjs/core/helpers/external-context-creator.js';
import type { Finding } from '../errors.js';
import { SecurityScheme } from '../schemes/scheme.js';
import type { Use } from '../scopes/declarations.js';
import { SecurityCombination } from '../scopes/expression.js';
import { providedInstance } from '../strategies/provided-instance.js';
import type { Dependency } from './dependency.js';
import { decoratedIndexes, parameterCount, parameterReader } from './parameter-reader.js';
import { resolveParameters } from './parameters.js';
import type { TreeParameter } from './parameters.js';
import type { Provided } from './plan-compiler.js';

type Mistake = Pick<Finding, 'code' | 'problem' | 'mend'>;

/** What stands for a dependency in this application. */
interface Found {
  /** `null`: a scheme as it is, or a mistake. */
  readonly provided: Provided | null;
  readonly parameters: readonly TreeParameter[];
  readonly mistake: Mistake | null;
}

const PLAIN_SCHEME: Found = { provided: null, parameters: [], mistake: null };

/** The instances of dependencies, each looked up once. A test may have replaced them, and schemes too. */
export class DependencyInstances {
  readonly #found = new Map<Use['what'], Found>();

  constructor(
    private readonly moduleRef: ModuleRef,
    private readonly discovery: DiscoveryService,
    private readonly contexts: ExternalContextCreator,
  ) {}

  find(what: Use['what']): Found {
    const found = this.#found.get(what) ?? this.#lookUp(what);
    this.#found.set(what, found);
    return found;
  }

  /** The modules that make different instances of a provider. */
  #modulesOf(what: Use['what']): readonly string[] {
    const providers = this.discovery.getProviders().filter(({ token }) => token === what);
    return [...new Map(providers.map(({ instance, host }) => [instance as unknown, String(host?.name)])).values()];
  }

  #lookUp(what: Use['what']): Found {
    if (what instanceof SecurityCombination) return PLAIN_SCHEME;
    const provided = providedInstance(what, this.moduleRef);
    if (what instanceof SecurityScheme && (provided.kind !== 'instance' || provided.instance === what)) return PLAIN_SCHEME;
    if (provided.kind === 'missing') return mistaken('dependency-not-provided', 'is no provider of any module', `add ${what.name} to the providers of a module.`);
    if (provided.kind === 'per-request') {
      const problem = 'is request-scoped or transient, or injects something that is';
      return mistaken('request-scoped-dependency', problem, 'make it a singleton: resolve() takes all it needs of the request as parameters, @Req() or @RequiredScopes() for example.');
    }
    const { instance } = provided;
    const modules = this.#modulesOf(what);
    if (modules.length > 1) {
      return mistaken('dependency-provided-twice', `is provided by ${modules.join(' and ')}, which each make one of their own`, `provide ${what.name} in one module, and export it from there.`);
    }
    if (!isDependency(instance)) return mistaken('dependency-without-resolve', 'has no method resolve', 'add resolve(...), which returns the value.');
    const parameters = resolveParameters(Object.getPrototypeOf(instance) as object);
    const decorated = new Set([...parameters.map(({ index }) => index), ...decoratedIndexes(instance)]);
    const count = parameterCount(instance);
    const bare = Array.from({ length: count }, (_, index) => index).find((index) => !decorated.has(index));
    if (bare !== undefined) {
      const problem = `resolve takes ${String(count)} parameters, and number ${String(bare + 1)} has no decorator`;
      return mistaken('undecorated-parameter', problem, 'decorate it with @Depends, @Security, @RequiredScopes or a decorator of Nest such as @Query.');
    }
    const read = parameterReader(instance, new Set(parameters.map(({ index }) => index)), this.contexts);
    return { provided: { instance, read }, parameters, mistake: null };
  }
}

function mistaken(code: Mistake['code'], problem: string, mend: string): Found {
  return { provided: null, parameters: [], mistake: { code, problem, mend } };
}

function isDependency(instance: unknown): instance is Dependency {
  return typeof instance === 'object' && instance !== null && 'resolve' in instance && typeof instance.resolve === 'function';
}
