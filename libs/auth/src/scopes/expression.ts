import { SecurityScheme, shown } from '../schemes/scheme.js';
import { checkedScopes } from './scope-text.js';
import { isAnonymous, MOST_WAYS, product, schemesIn } from './way.js';
import type { Way } from './way.js';

/** What can be required of a caller: a scheme, or schemes combined with {@link anyOf} and {@link allOf}. */
export type SecurityExpression = SecurityScheme | SecurityCombination;

/** A scheme with scopes that are required where this member lets the caller in, and nowhere else. */
export interface SchemeWithScopes<Scheme extends SecurityScheme = SecurityScheme> {
  readonly scheme: Scheme;
  readonly scopes: readonly string[];
}

/** What {@link anyOf} and {@link allOf} take. */
export type SecurityMember = SecurityExpression | SchemeWithScopes | typeof anonymous;

/** What a parameter gets of a member: the credentials of its scheme, `null` of {@link anonymous}. */
type MemberValue<Member> =
  Member extends SecurityScheme<infer Credentials> ? Credentials
  : Member extends SecurityCombination<infer Value> ? Value
  : Member extends SchemeWithScopes<SecurityScheme<infer Credentials>> ? Credentials
  : null;

/** What is read of a caller who was let in: the credentials of a scheme, `undefined` where it did not count with these scopes. */
export type CredentialsOf = (scheme: SecurityScheme, scopes: readonly string[]) => unknown;

/** Schemes that are combined: made with {@link anyOf} and {@link allOf}, taken by `@Security`, `@Depends` and `AuthModule`. */
export class SecurityCombination<Value = unknown> {
  /** As it is written: `anyOf(oauth2, apiKey)`, with the names of the schemes. */
  readonly name: string;
  /** Its alternatives, in order. */
  readonly ways: readonly Way[];
  readonly #kind: 'anyOf' | 'allOf';
  readonly #members: readonly SecurityMember[];

  /** @internal */
  constructor(kind: 'anyOf' | 'allOf', given: readonly SecurityMember[]) {
    const members = given.map((member) => checkedMember(kind, member));
    this.name = `${kind}(${members.map(nameOf).join(', ')})`;
    const ways = kind === 'anyOf' ? either(members.flatMap(waysOf)) : all(members.map(waysOf));
    if (ways === null || ways.length > MOST_WAYS) {
      throw new TypeError(`${this.name.slice(0, 100)} has more than ${String(MOST_WAYS)} alternatives, each of which a request may be tried against. Require less at once.`);
    }
    if (members.length === 0) throw new TypeError(`${kind}: name at least one scheme.`);
    if (schemesIn(ways).length === 0 || (kind === 'allOf' && members.includes(anonymous))) {
      throw new TypeError(`${this.name}: anonymous is one of several alternatives. Give anyOf(scheme, anonymous), or @Public() where nobody need be identified.`);
    }
    this.ways = Object.freeze(ways);
    this.#kind = kind;
    this.#members = Object.freeze(members);
  }

  /** What a parameter gets: of the first member that counted, and of all members as a list; `undefined` where none did. */
  valueIn(credentialsOf: CredentialsOf): Value | undefined {
    const values = this.#members.map((member) => ({ member, value: valueIn(member, credentialsOf) }));
    if (this.#kind === 'anyOf') return values.find(({ value }) => value !== undefined)?.value as Value | undefined;
    const isOther = values.every(({ value }) => value === undefined) || values.some(({ member, value }) => value === undefined && !mayBeAbsent(member));
    return isOther ? undefined : (values.map(({ member, value }) => value ?? absentValue(member)) as Value);
  }

  /** What a parameter gets where nobody was identified. */
  get absentValue(): unknown {
    return this.#kind === 'anyOf' ? null : this.#members.map(absentValue);
  }
}

class Anonymous {
  readonly name = 'anonymous';
}

/**
 * A caller who sends no credentials, as one alternative of {@link anyOf}. Its parameter gets `null`, and `@CurrentUser()` too.
 *
 * Only of callers who sent nothing to any scheme of that `anyOf`: credentials that are bad are refused. An anonymous
 * caller has no scopes; where some are required, the application does not start.
 *
 * @example
 * @Get('news')
 * @Security(anyOf(oauth2, anonymous))
 * news(@CurrentUser() user: User | null) { ... }
 *
 * @see OpenAPI 3.1 §4.8.30: the empty Security Requirement Object
 */
export const anonymous: Anonymous = Object.freeze(new Anonymous());

/**
 * Alternatives: whoever meets one of them is let in (OR). They are tried in order, and one that fails leaves no trace: the
 * caller is who the first one that fits says.
 *
 * Scopes that are required beside it are required of each alternative. `{ scheme, scopes }` requires scopes of one only.
 * Of a request that meets none, the answer has the challenges of all, in order. A parameter gets the value of the member
 * that fits. A member that is neither scheme, combination nor `{ scheme, scopes }` is a `TypeError`, as are no members, and
 * more than 64 alternatives in all. It does NOT check that the schemes are registered, each with a strategy:
 * that is checked at start.
 *
 * @param members - schemes, `{ scheme, scopes }`, other combinations, {@link anonymous}
 * @example
 * @Get('report')
 * @Security(anyOf(oauth2, { scheme: apiKey, scopes: ['report'] }))
 * report(@CurrentPrincipal() caller: Principal) { ... }
 *
 * @see OpenAPI 3.1 §4.8.30: only one of the Security Requirement Objects in the list needs to be satisfied
 */
export function anyOf<const Members extends readonly [SecurityMember, ...SecurityMember[]]>(...members: Members): SecurityCombination<MemberValue<Members[number]>> {
  return new SecurityCombination('anyOf', members);
}

/**
 * Several at once: whoever meets all of them is let in (AND). The caller is the one that the first scheme identifies; a
 * parameter gets a list with the value of each.
 *
 * Schemes that are required by several decorators are all required too: `allOf` is for members of {@link anyOf}. Wrong
 * members are a `TypeError`, as for `anyOf`, and so is {@link anonymous}. It does NOT check that one request can carry all
 * of it: where no alternative is without two schemes that both read `Authorization`, the application does not start.
 *
 * @param members - schemes, `{ scheme, scopes }`, other combinations
 * @example
 * @Security(anyOf(oauth2, allOf(clientKey, sessionCookie)))
 *
 * @see OpenAPI 3.1 §4.8.30: all schemes of one Security Requirement Object must be satisfied
 */
export function allOf<const Members extends readonly [SecurityMember, ...SecurityMember[]]>(
  ...members: Members
): SecurityCombination<{ -readonly [Index in keyof Members]: MemberValue<Members[Index]> }> {
  return new SecurityCombination('allOf', members);
}

/** Whether something is a scheme or a combination. */
export function isExpression(what: unknown): what is SecurityExpression {
  return what instanceof SecurityScheme || what instanceof SecurityCombination;
}

/** The alternatives of an expression or of a member, in order. */
export function waysOf(member: SecurityMember): readonly Way[] {
  if (member instanceof SecurityCombination) return member.ways;
  if (member instanceof Anonymous) return [NOTHING];
  const { scheme, scopes } = withScopes(member);
  const required: Way = { terms: [{ scheme, scopes, isWaived: false, isDemanded: false }], absent: [] };
  return scheme.autoError || scopes.length > 0 ? [required] : [required, { terms: [{ scheme, scopes, isWaived: true, isDemanded: false }], absent: [] }];
}

/** The schemes that an expression names. */
export function schemesOf(expression: SecurityExpression): readonly SecurityScheme[] {
  return expression instanceof SecurityScheme ? [expression] : schemesIn(expression.ways);
}

/** What a parameter that takes an expression gets; `undefined` where nothing of it counted. */
export function valueIn(member: SecurityMember, credentialsOf: CredentialsOf): unknown {
  if (member instanceof Anonymous) return undefined;
  if (member instanceof SecurityCombination) return member.valueIn(credentialsOf);
  const { scheme, scopes } = withScopes(member);
  return credentialsOf(scheme, scopes);
}

/** What a parameter that takes an expression gets where nothing of it counted. */
export function absentValue(member: SecurityMember): unknown {
  return member instanceof SecurityCombination ? member.absentValue : null;
}

const NOTHING: Way = Object.freeze({ terms: [], absent: [] });

function withScopes(member: SecurityScheme | SchemeWithScopes): SchemeWithScopes {
  return member instanceof SecurityScheme ? { scheme: member, scopes: [] } : member;
}

/** Those who sent something come first. An anonymous caller is one who sent nothing to any of the schemes. */
function either(ways: readonly Way[]): readonly Way[] {
  const schemes = schemesIn(ways);
  const ofNobody = ways.filter(isAnonymous).map(({ terms }) => ({ terms, absent: schemes.filter((scheme) => terms.every((term) => term.scheme !== scheme)) }));
  return [...ways.filter((way) => !isAnonymous(way)), ...ofNobody];
}

function all(members: readonly (readonly Way[])[]): readonly Way[] | null {
  return members.reduce<readonly Way[] | null>((ways, others) => ways && product(ways, others), [NOTHING]);
}

function mayBeAbsent(member: SecurityMember): boolean {
  return waysOf(member).some(isAnonymous);
}

function nameOf(member: SecurityMember): string {
  return 'name' in member ? member.name : `${member.scheme.name}: ${member.scopes.join(' ') || 'no scopes'}`;
}

function checkedMember(kind: string, member: unknown): SecurityMember {
  if (isExpression(member) || member instanceof Anonymous) return member;
  if (typeof member === 'object' && member !== null && 'scheme' in member && member.scheme instanceof SecurityScheme) {
    const unknown = Object.keys(member).find((name) => name !== 'scheme' && name !== 'scopes');
    if (unknown !== undefined) throw new TypeError(`${kind}: ${unknown} is not an option. Give { scheme, scopes: ['...'] }.`);
    return { scheme: member.scheme, scopes: checkedScopes(kind, 'scopes' in member ? member.scopes : undefined) };
  }
  const mend = 'give scheme objects (new HTTPBasic()), { scheme, scopes }, anyOf(...), allOf(...) or anonymous. What a dependency requires is said with @Security of its own. Undefined may come from a circle of imports.';
  const isAnonymous = typeof member === 'object' && member !== null && 'scheme' in member && member.scheme === anonymous;
  if (isAnonymous) throw new TypeError(`${kind}: anonymous callers have no scopes. Give anonymous itself.`);
  throw new TypeError(`${kind}: a member is ${typeof member === 'function' ? `the class ${member.name}` : shown(member)}; ${mend}`);
}
