import { sentForm, takesForm } from './sent-form.js';
import type { SentForm } from './sent-form.js';
import type { AnswerRule } from './rule.js';
import type { ExpectedAnswer, Exchange } from '../expected-answer.js';
import { rendered } from '../templates.js';

/** @see RFC 6749 §3.3: scope-token, of NQCHAR */
const SCOPES = /^[\x21\x23-\x5B\x5D-\x7E]+( [\x21\x23-\x5B\x5D-\x7E]+)*$/;

/** The rules about forms, in the order in which they apply: what is read otherwise, then what is refused. */
export const FORM_RULES: readonly AnswerRule[] = [
  {
    // WHATWG URL §5.1: the bytes of an urlencoded form are UTF-8; FastAPI reads them as latin-1.
    name: 'form-utf8',
    answer: (exchange, earlier) =>
      whereAccepted(exchange, earlier, ({ type, isUtf8, fields }) => {
        const hasBareBytes = type === 'application/x-www-form-urlencoded' && /[\x80-\xFF]/.test(exchange.request.body ?? '');
        return hasBareBytes && isUtf8 ? withForm(exchange, earlier, formOf(fields)) : null;
      }),
  },
  {
    name: 'scopes-deduplicated',
    answer: (exchange, earlier) =>
      whereAccepted(exchange, earlier, ({ fields }) => {
        const scopes = scopesOf(fields);
        return new Set(scopes).size < scopes.length ? withForm(exchange, earlier, { ...formOf(fields), scopes: [...new Set(scopes)] }) : null;
      }),
  },
  {
    name: 'form-scope',
    answer: (exchange, earlier) =>
      whereAccepted(exchange, earlier, ({ fields }) => {
        const scope = valueOf(fields, 'scope');
        return scope === null || SCOPES.test(scope) ? null : refused('invalid_scope');
      }),
  },
  {
    name: 'form-errors',
    answer: (exchange) => {
      if (!takesForm(exchange)) return null;
      const { status } = exchange.recorded;
      const isMultipartError = status === 400 && sentForm(exchange.request)?.type === 'multipart/form-data';
      return status === 422 || isMultipartError ? refused('invalid_request') : null;
    },
  },
  {
    name: 'form-repeats',
    answer: (exchange) => whereSent(exchange, ({ fields }) => (new Set(fields.map(([name]) => name)).size < fields.length ? refused('invalid_request') : null)),
  },
  { name: 'form-utf8', answer: (exchange) => whereSent(exchange, ({ isUtf8 }) => (isUtf8 ? null : refused('invalid_request'))) },
  {
    name: 'form-charset',
    answer: (exchange) => whereSent(exchange, ({ charset = 'utf-8' }) => (['utf-8', 'utf8'].includes(charset) ? null : refused('invalid_request'))),
  },
];

function whereSent(exchange: Exchange, answer: (form: SentForm) => ExpectedAnswer | null): ExpectedAnswer | null {
  const form = takesForm(exchange) ? sentForm(exchange.request) : null;
  return form === null ? null : answer(form);
}

function whereAccepted(exchange: Exchange, earlier: ExpectedAnswer, answer: (form: SentForm) => ExpectedAnswer | null): ExpectedAnswer | null {
  return earlier.status === 200 ? whereSent(exchange, answer) : null;
}

function refused(error: 'invalid_request' | 'invalid_scope'): ExpectedAnswer {
  return { status: 400, error, cacheControl: 'no-store' };
}

/** The handler's answer with another form. */
function withForm({ placed }: Exchange, earlier: ExpectedAnswer, form: object): ExpectedAnswer {
  const name = placed?.route.params?.find(({ kind }) => kind === 'form')?.name ?? '';
  return { ...earlier, json: rendered(placed?.route.returns, { values: new Map([[name, form]]) }) };
}

/** The form's object, as FastAPI makes it of these fields. */
function formOf(fields: SentForm['fields']): object {
  const [grantType, username, password, clientId, clientSecret] = ['grant_type', 'username', 'password', 'client_id', 'client_secret'].map((name) => valueOf(fields, name));
  return { grant_type: grantType, username, password, scopes: scopesOf(fields), client_id: clientId, client_secret: clientSecret };
}

/** A field that was sent empty counts as not sent. */
function valueOf(fields: SentForm['fields'], name: string): string | null {
  const value = fields.findLast(([sent]) => sent === name)?.[1] ?? '';
  return value === '' ? null : value;
}

function scopesOf(fields: SentForm['fields']): readonly string[] {
  return (valueOf(fields, 'scope') ?? '').split(/\s+/).filter((scope) => scope !== '');
}
