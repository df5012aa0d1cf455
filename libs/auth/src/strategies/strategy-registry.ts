import type { Type } from '@nestjs/common';
import type { ModuleRef } from '@nestjs/core';
import { AuthConfigurationError } from '../errors.js';
import type { Finding, FindingCode } from '../errors.js';
import type { ChallengeContext } from '../schemes/challenge.js';
import type { SchemeRequest, SecurityScheme } from '../schemes/scheme.js';
import { HTTPBasic } from '../schemes/http-basic.scheme.js';
import { HTTPDigest } from '../schemes/http-digest.scheme.js';
import { BasicStrategy } from './basic.strategy.js';
import { DigestStrategy } from './digest.strategy.js';
import { runPassportStrategy } from './passport-runner.js';
import { providedInstance } from './provided-instance.js';
import { isVerifier, REFUSED } from './strategy.js';
import type { StrategyInstance, Verification, Verifier } from './strategy.js';

/** Seconds. */
const START_TIMEOUT = 10;

/** A scheme and the strategy that verifies its credentials. */
export interface SchemeRegistration {
  readonly scheme: SecurityScheme;
  /**
   * A class that extends {@link JwtStrategy}, {@link IntrospectionStrategy}, {@link BasicStrategy}, {@link DigestStrategy} or {@link ApiKeyStrategy}, or any
   * class made with `PassportStrategy(...)` of @nestjs/passport.
   * Without a strategy the scheme only takes the credentials out of the request, and nothing verifies them.
   */
  readonly strategy?: Type<StrategyInstance | Verifier>;
}

/** The strategies of an application, by scheme; `null` for a scheme without one. Nothing is shared between applications. */
export class StrategyRegistry {
  readonly #strategies = new Map<SecurityScheme, StrategyInstance | Verifier | null>();

  /** Finds the instance of each strategy, once, after all providers were made. */
  async bind(registrations: readonly SchemeRegistration[], moduleRef: ModuleRef): Promise<void> {
    for (const { scheme, strategy } of registrations) {
      this.#strategies.set(scheme, strategy === undefined ? null : fitting(await instanceOf(strategy, moduleRef), strategy, scheme));
    }
  }

  /** Verifies credentials with the scheme's strategy; `null` where the scheme has none. A scheme that is not registered refuses. */
  async verify(scheme: SecurityScheme, credentials: unknown, request: SchemeRequest): Promise<Verification | null> {
    const strategy = this.#strategies.get(scheme);
    if (strategy === undefined) return REFUSED;
    if (strategy === null) return null;
    return isVerifier(strategy) ? strategy.verifyCredentials(credentials, request) : runPassportStrategy(strategy, request);
  }

  /**
   * Asks the identity providers for what the strategies need of them. What they contradict is a mistake in the options;
   * one that does not answer, or not in ten seconds, is asked again by the requests.
   */
  async prepare(): Promise<Finding[]> {
    const verifiers = [...new Set(this.#strategies.values())].filter((strategy) => strategy !== null && isVerifier(strategy));
    return (await Promise.all(verifiers.map((verifier) => inTime(contradictionsOf(verifier))))).flat();
  }

  /** Why the credentials of a scheme cannot be verified now, as far as identity providers are the reason. */
  problems(scheme: SecurityScheme): readonly string[] {
    const strategy = this.#strategies.get(scheme) ?? null;
    return strategy !== null && isVerifier(strategy) ? (strategy.problems?.() ?? []) : [];
  }

  /** What a caller is told to send: by the strategy where it knows more, else by the scheme. */
  challenges(scheme: SecurityScheme, context: ChallengeContext): readonly string[] {
    const strategy = this.#strategies.get(scheme) ?? null;
    const verifier: Partial<Verifier> = strategy !== null && isVerifier(strategy) ? strategy : {};
    return verifier.challenges?.(context) ?? scheme.challenges(context);
  }

  /** Who issues the credentials of a scheme, as far as its strategy tells. */
  issuersOf(scheme: SecurityScheme): readonly string[] {
    return texts(this.#strategies.get(scheme)?.issuers);
  }

  /** Whom the credentials of a scheme have to be for, as far as its strategy tells. */
  audiencesOf(scheme: SecurityScheme): readonly string[] {
    return texts(this.#strategies.get(scheme)?.audiences);
  }
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

/** What was found within ten seconds: however long a provider may take, the start waits no longer. */
async function inTime(contradictions: Promise<Finding[]>): Promise<Finding[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Finding[]>((resolve) => { timer = setTimeout(resolve, START_TIMEOUT * 1000, []); });
  try {
    return await Promise.race([contradictions, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function contradictionsOf(verifier: Verifier): Promise<Finding[]> {
  const found = (await verifier.prepare?.()) ?? [];
  return found.map(({ problem, mend }) => ({ code: 'provider-contradiction', where: verifier.constructor.name, problem, mend }));
}

async function instanceOf(strategy: Type<StrategyInstance | Verifier>, moduleRef: ModuleRef): Promise<StrategyInstance | Verifier> {
  const provided = providedInstance(strategy, moduleRef);
  if (provided.kind === 'per-request') {
    throw mistake('request-scoped-strategy', strategy, 'is request-scoped, or injects something that is', 'make it a singleton: validate() gets all it needs as its parameter.');
  }
  const instance = provided.kind === 'instance' ? (provided.instance as StrategyInstance | Verifier) : await moduleRef.create(strategy);
  if (!isVerifier(instance) && typeof instance.authenticate !== 'function') {
    throw mistake('unusable-strategy', strategy, 'has no authenticate()', 'extend JwtStrategy, or PassportStrategy(...) of @nestjs/passport.');
  }
  return instance;
}

/** Of our own strategies it is known which credentials they can make sense of; another one would refuse everybody. */
function fitting<S extends StrategyInstance | Verifier>(instance: S, strategy: Type<S>, scheme: SecurityScheme): S {
  if (!isVerifier(instance)) return instance;
  if (!('validate' in instance) || typeof instance.validate !== 'function') {
    throw mistake('unusable-strategy', strategy, 'has no validate()', 'add the method that finds the user.');
  }
  const isFit = instance instanceof BasicStrategy === scheme instanceof HTTPBasic && instance instanceof DigestStrategy === scheme instanceof HTTPDigest;
  if (isFit) return instance;
  const mend = 'extend BasicStrategy for HTTPBasic, DigestStrategy for HTTPDigest, JwtStrategy, IntrospectionStrategy or ApiKeyStrategy for tokens and keys.';
  throw mistake('unusable-strategy', strategy, `cannot verify what ${scheme.name} takes`, mend);
}

function mistake(code: FindingCode, strategy: Type<StrategyInstance | Verifier>, problem: string, mend: string): AuthConfigurationError {
  return new AuthConfigurationError([{ code, where: strategy.name, problem, mend }]);
}
