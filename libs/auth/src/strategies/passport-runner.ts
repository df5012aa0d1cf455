import { verificationOfError } from './failure.js';
import { REFUSED } from './strategy.js';
import type { StrategyInstance, Verification } from './strategy.js';
import { verifiedUser } from './verified-user.js';

/** A strategy that calls nothing back would keep the request open for ever. Milliseconds. */
const CALLBACK_TIMEOUT_MS = 10_000;

/** What a Passport strategy calls on itself when it is done. */
interface PassportActions {
  success: (user: unknown, info?: unknown) => void;
  fail: () => void;
  error: (error: unknown) => void;
  pass: () => void;
  redirect: () => void;
  authenticate(request: unknown, options: object): unknown;
}

/**
 * Runs a Passport strategy for one request, without Passport: no registry, nothing hung on the request.
 *
 * `pass` and `redirect` refuse: Passport's own guard lets a request through that a strategy passed on.
 * The scopes come from `info.scope` or, without it, from `user.scopes`: a text or a list.
 */
export function runPassportStrategy(strategy: StrategyInstance, request: unknown): Promise<Verification> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      settle({ kind: 'unavailable', cause: new Error('The strategy has not called back.') });
    }, CALLBACK_TIMEOUT_MS);
    const settle = (verification: Verification): void => {
      clearTimeout(timer);
      resolve(verification);
    };
    const refuse = (): void => {
      settle(REFUSED);
    };
    const run = Object.create(strategy) as PassportActions;
    run.success = (user, info) => {
      try {
        settle(verifiedUser(user, info));
      } catch (error) {
        settle(verificationOfError(error));
      }
    };
    run.error = (error) => {
      settle(verificationOfError(error));
    };
    run.fail = refuse;
    run.pass = refuse;
    run.redirect = refuse;
    try {
      Promise.resolve(run.authenticate(request, {})).catch(run.error);
    } catch (error) {
      run.error(error);
    }
  });
}
