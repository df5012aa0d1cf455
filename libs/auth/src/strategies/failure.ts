import { HttpException } from '@nestjs/common';
import { REFUSED } from './strategy.js';
import type { Verification } from './strategy.js';

/**
 * What an exception of the application's own code means: its 401 refuses the credentials like any other refusal, another
 * client error is its answer to this caller, and everything else is a store that could not answer.
 */
export function verificationOfError(error: unknown): Verification {
  if (!(error instanceof HttpException)) return { kind: 'unavailable', cause: error };
  const status = error.getStatus();
  if (status === 401) return REFUSED;
  return status >= 400 && status < 500 ? { kind: 'rejected', error } : { kind: 'unavailable', cause: error };
}
