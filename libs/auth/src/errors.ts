/** The rules that a start-up check can find broken. Codes are API: never renamed, never reused. */
export type FindingCode =
  | 'invalid-option'
  | 'duplicate-scheme-name'
  | 'scheme-not-registered'
  | 'scheme-without-strategy'
  | 'resource-without-issuer'
  | 'request-scoped-strategy'
  | 'unusable-strategy'
  | 'provider-contradiction'
  | 'unknown-scope'
  | 'anonymous-with-scopes'
  | 'too-many-alternatives'
  | 'conflicting-schemes'
  | 'public-with-requirement'
  | 'swagger-contradiction'
  | 'undeclared-route'
  | 'uncovered-gateway'
  | 'uncovered-message-handler'
  | 'uncovered-resolver'
  | 'unseen-global-guard'
  | 'module-imported-twice'
  | 'module-not-imported'
  | 'dependency-cycle'
  | 'dependency-not-provided'
  | 'dependency-provided-twice'
  | 'dependency-without-resolve'
  | 'request-scoped-dependency'
  | 'undecorated-parameter'
  | 'unread-scopes'
  | 'swagger-not-installed';

/** One mistake in a declaration or in the options: where it is, what is wrong, and how to mend it. */
export interface Finding {
  readonly code: FindingCode;
  /** The class and method, or the option: `UsersController.items`, `AuthModule.forRoot`. */
  readonly where: string;
  readonly problem: string;
  /** The way to it from a handler, where it is in a tree of dependencies: `UsersController.items > CurrentActiveUser > CurrentUser`. */
  readonly path?: string;
  readonly mend: string;
}

/**
 * What cannot be right fails at start: thrown when a scheme, a strategy or `AuthModule` gets a wrong option,
 * and at `app.init()` with every mistake found in the route table at once.
 *
 * The message lists each finding with class, method and mend. It never holds a key, a token or a password.
 * It is not thrown while requests are served: a refused request is an `HttpException` of Nest.
 *
 * @example
 * try {
 *   await app.listen(3000);
 * } catch (error) {
 *   if (error instanceof AuthConfigurationError) console.error(error.findings.map((finding) => finding.mend));
 *   throw error;
 * }
 */
export class AuthConfigurationError extends Error {
  override readonly name = 'AuthConfigurationError';
  readonly code = 'AUTH_CONFIGURATION';
  /** Not enumerable: Node prints the message, which has them all. */
  declare readonly findings: readonly Finding[];

  constructor(findings: readonly Finding[], options?: ErrorOptions) {
    super(describeFindings(findings), options);
    Object.defineProperty(this, 'findings', { value: Object.freeze([...findings]) });
  }
}

/**
 * What a strategy returned that it must not: logged with its message, which never holds a secret, while the client hears
 * that credentials cannot be verified now.
 */
export class StrategyMistake extends Error {
  override readonly name = 'StrategyMistake';
}

/** An identity provider has not answered, or with what cannot be used. The message is for the log: it has no secret and nothing that a client sent. */
export class ProviderUnavailable extends Error {
  override readonly name: string = 'ProviderUnavailable';
}

/** An identity provider cannot be asked anything: it has no address, takes no connection, proves no name, or does not answer in time. */
export class ProviderUnreachable extends ProviderUnavailable {
  override readonly name = 'ProviderUnreachable';
}

/** An identity provider has answered, and contradicts the configuration: at start a mistake with a mend, later the same as no answer. */
export class ProviderContradiction extends ProviderUnavailable {
  override readonly name = 'ProviderContradiction';

  constructor(readonly problem: string, readonly mend: string) {
    super(`${problem}: ${mend}`);
  }
}

/** Places of one mistake that are named. */
const SHOWN_PLACES = 5;
/** Lines of a stack that are logged. */
const SHOWN_FRAMES = 5;

/** For the log: what failed and where; of a foreign error not the message, which may quote a token or a connection string. */
export function describeCause(cause: unknown): string {
  try {
    return describe(cause);
  } catch {
    // A getter or a proxy of the error has thrown.
    return 'an error that cannot be described';
  }
}

function describe(cause: unknown): string {
  if (cause instanceof StrategyMistake || cause instanceof ProviderUnavailable) return cause.message;
  if (!(cause instanceof Error)) return typeof cause;
  const frames = (cause.stack ?? '').split('\n').filter((line) => /^ {4}at /.test(line));
  return [cause.name, ...frames.slice(0, SHOWN_FRAMES)].join('\n');
}

/** A wrong option: the class that got it, what is wrong with it, and what it should be. */
export function invalidOption(where: string, problem: string, mend: string): AuthConfigurationError {
  return new AuthConfigurationError([{ code: 'invalid-option', where, problem, mend }]);
}

/** Of many places that have the same mistake, the first ones are named. */
function describePlaces(places: readonly string[]): string {
  const named = places.slice(0, SHOWN_PLACES).join(', ');
  return places.length > SHOWN_PLACES ? `${named} and ${String(places.length - SHOWN_PLACES)} more` : named;
}

/** Findings as text, one numbered paragraph for each mistake: for the error and for the log. */
export function describeFindings(findings: readonly Finding[]): string {
  const placesOf = new Map<string, Set<string>>();
  for (const { code, where, problem, path, mend } of findings) {
    const said = `[${code}]: ${problem}${path === undefined ? '' : ` (${path})`}\n     Mend: ${mend}`;
    placesOf.set(said, (placesOf.get(said) ?? new Set()).add(where));
  }
  const count = placesOf.size === 1 ? '1 mistake' : `${String(placesOf.size)} mistakes`;
  const paragraphs = [...placesOf].map(([said, places], index) => `  ${String(index + 1)}. ${describePlaces([...places])} ${said}`);
  return [`${count} in the security configuration:`, ...paragraphs].join('\n');
}
