import { scopesOfText } from '../scopes/scope-text.js';
import { FormError, invalidForm } from './form-error.js';
import type { FormFields } from './form-fields.js';

/**
 * The body of a password login: what a client sends to `tokenUrl`.
 *
 * Takes `application/x-www-form-urlencoded` and `multipart/form-data`; a field sent empty counts as not sent. A body that
 * is not accepted, or no form at all, is answered with 400 (413 for one above 64 KiB) as `{ error, error_description }`, with
 * `Cache-Control: no-store`. Another `grant_type` is `invalid_request` too, where RFC 6749 §5.2 has `unsupported_grant_type`:
 * to this form it is a wrong value like any other. It does NOT check the password, the client or whether the scopes exist.
 *
 * @example
 * @Post('token')
 * login(@Form(OAuth2PasswordRequestForm) form: OAuth2PasswordRequestForm) {
 *   return this.tokens.issue(form.username, form.password, form.scopes);
 * }
 *
 * @see FastAPI `fastapi.security.OAuth2PasswordRequestForm`
 * @see RFC 6749 §4.3.2
 */
export class OAuth2PasswordRequestForm {
  /** `password`, or `null` when the client left it out. */
  readonly grantType: 'password' | null;
  readonly username: string;
  readonly password: string;
  /** The scopes asked for, each once; empty when none were. */
  readonly scopes: readonly string[];
  readonly clientId: string | null;
  readonly clientSecret: string | null;

  constructor(fields: FormFields) {
    const grantType = optional(fields, 'grant_type');
    if (grantType !== null && grantType !== 'password') throw invalidForm('grant_type must be password');
    this.grantType = grantType;
    this.username = required(fields, 'username');
    this.password = required(fields, 'password');
    this.scopes = requestedScopes(optional(fields, 'scope') ?? '');
    this.clientId = optional(fields, 'client_id');
    this.clientSecret = optional(fields, 'client_secret');
  }

  /** The body as an OpenAPI schema. */
  static readonly openapi: Readonly<Record<string, unknown>> = Object.freeze({
    type: 'object',
    title: 'OAuth2PasswordRequestForm',
    required: ['username', 'password'],
    properties: {
      grant_type: { type: 'string', enum: ['password'] },
      username: { type: 'string' },
      password: { type: 'string', format: 'password' },
      scope: { type: 'string', default: '', description: 'Scopes separated by single spaces.' },
      client_id: { type: 'string' },
      client_secret: { type: 'string', format: 'password' },
    },
  });
}

function optional(fields: FormFields, name: string): string | null {
  const value = fields.get(name);
  return value === undefined || value === '' ? null : value;
}

function required(fields: FormFields, name: string): string {
  const value = optional(fields, name);
  if (value === null) throw invalidForm(`${name} is missing`);
  return value;
}

function requestedScopes(text: string): readonly string[] {
  const scopes = scopesOfText(text);
  if (scopes === null) throw new FormError(400, 'invalid_scope', 'scope must be scope names separated by single spaces');
  return Object.freeze(scopes);
}
