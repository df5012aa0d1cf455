import { invalidForm } from './form-error.js';
import type { FormFields } from './form-fields.js';
import { OAuth2PasswordRequestForm } from './oauth2-password-request-form.js';

/**
 * The body of a password login as RFC 6749 has it: `grant_type=password` must be there. Everything else is as in
 * {@link OAuth2PasswordRequestForm}; without `grant_type` the answer is 400 `invalid_request`.
 *
 * @example
 * @Post('token')
 * login(@Form(OAuth2PasswordRequestFormStrict) form: OAuth2PasswordRequestFormStrict) {
 *   return this.tokens.issue(form.username, form.password, form.scopes);
 * }
 *
 * @see FastAPI `fastapi.security.OAuth2PasswordRequestFormStrict`
 * @see RFC 6749 §4.3.2
 */
export class OAuth2PasswordRequestFormStrict extends OAuth2PasswordRequestForm {
  declare readonly grantType: 'password';

  constructor(fields: FormFields) {
    super(fields);
    if ((this.grantType as string | null) === null) throw invalidForm('grant_type is missing');
  }

  /** The body as an OpenAPI schema. */
  static override readonly openapi: Readonly<Record<string, unknown>> = Object.freeze({
    ...OAuth2PasswordRequestForm.openapi,
    title: 'OAuth2PasswordRequestFormStrict',
    required: ['grant_type', 'username', 'password'],
  });
}
