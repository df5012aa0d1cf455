/** A rule and its name, which is for the log; `now` is in seconds since 1970. */
export type NamedCheck<Subject, Policy> = readonly [name: string, passes: (subject: Subject, policy: Policy, now: number) => boolean];

/** The name of the first rule that is not kept, or `null`. */
export function firstFailed<Subject, Policy>(checks: readonly NamedCheck<Subject, Policy>[], subject: Subject, policy: Policy, now: number): string | null {
  for (const [name, passes] of checks) {
    if (!passes(subject, policy, now)) return name;
  }
  return null;
}
