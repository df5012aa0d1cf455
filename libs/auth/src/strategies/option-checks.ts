import type { Finding } from '../errors.js';

/** Notes what is wrong with an option, and the mend, unless all is well. */
export type OptionCheck = (ok: boolean, problem: string, mend: string) => void;

/** A check of options, and the findings that it adds to. @param where - the class that got them */
export function optionChecks(where: string): { readonly check: OptionCheck; readonly findings: readonly Finding[] } {
  const findings: Finding[] = [];
  const check: OptionCheck = (ok, problem, mend) => {
    if (!ok) findings.push({ code: 'invalid-option', where, problem, mend });
  };
  return { check, findings };
}
