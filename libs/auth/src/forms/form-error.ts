import { HttpException } from '@nestjs/common';

/**
 * A form that is not accepted, answered the way an OAuth2 client reads it.
 *
 * @see RFC 6749 §5.2: `{ error, error_description }`.
 */
export class FormError extends HttpException {
  constructor(status: 400 | 413, error: 'invalid_request' | 'invalid_scope', description: string) {
    super({ error, error_description: description }, status);
  }
}

/** @see RFC 6749 §3.2: parameters MUST NOT be included more than once. */
export function repeatedParameter(): FormError {
  return invalidForm('A parameter is repeated');
}

/** 400 `invalid_request`: a parameter is missing, repeated or wrong. */
export function invalidForm(description: string): FormError {
  return new FormError(400, 'invalid_request', description);
}
