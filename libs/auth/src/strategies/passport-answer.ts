import { BadRequestException, ForbiddenException, ServiceUnavailableException } from '@nestjs/common';
import type { Extraction } from '../schemes/scheme.js';
import type { Verification } from './strategy.js';

/** What Passport puts on a strategy for one request. */
export interface PassportActions {
  success(user: never, info?: object): void;
  fail(challenge?: string | number, status?: number): void;
  error(error: Error): void;
}

/**
 * Answers Passport's `authenticate` with a strategy of ours, for `AuthGuard(...)` of @nestjs/passport: the same extraction
 * and the same verification as in the guard.
 */
export function answerPassport<Credentials>(
  actions: PassportActions,
  extraction: Extraction<Credentials>,
  verify: (credentials: Credentials) => Promise<Verification>,
  challenge: string,
): void {
  if (extraction.kind === 'credentials') {
    const answer = (verification: Verification): void => {
      answerWith(actions, verification, challenge);
    };
    // What Passport calls next may throw, which must not end the process.
    verify(extraction.credentials).then(answer).catch((error: unknown) => {
      actions.error(error as Error);
    });
    return;
  }
  if (extraction.kind === 'cross-site') actions.error(new ForbiddenException('The page of another site sent the cookie'));
  else if (extraction.kind === 'ambiguous') actions.error(new BadRequestException('Credentials were sent more than once'));
  else actions.fail(challenge, 401);
}

function answerWith(actions: PassportActions, verification: Verification, challenge: string): void {
  switch (verification.kind) {
    case 'verified':
      actions.success(verification.user as never, { scope: verification.scopes });
      return;
    case 'refused':
      actions.fail(challenge, 401);
      return;
    case 'ambiguous':
      actions.error(new BadRequestException('Credentials were sent more than once'));
      return;
    case 'rejected':
      actions.error(verification.error);
      return;
    case 'unavailable':
      actions.error(new ServiceUnavailableException('Credentials cannot be verified now'));
  }
}
