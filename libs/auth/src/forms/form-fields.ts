import type { IncomingMessage } from 'node:http';
import { utf8 } from '../schemes/utf8.js';
import { BodyBytes, MAX_BODY_BYTES } from './body-bytes.js';
import { FormError, invalidForm, repeatedParameter } from './form-error.js';
import { mediaType, MULTIPART, URLENCODED } from './media-type.js';
import { multipartFields } from './multipart-fields.js';
import { recordedBody } from './recorded-body.js';

/** The parameters of a form, each sent once. */
export type FormFields = ReadonlyMap<string, string>;

/** What is read of a request: Express's, or Fastify's with Node's under `raw`. The body parser may have run or not. */
export interface FormRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body?: unknown;
  readonly rawBody?: Uint8Array;
  readonly raw?: IncomingMessage;
}

/** Until here the rest of a body is read and dropped, so that its sender hears why; beyond, the connection is closed. Bytes. */
const MAX_DROPPED_BYTES = 1_048_576;
const MAX_FIELDS = 50;

/**
 * Reads a form, the same on Express and Fastify: each parameter once, no nesting, UTF-8.
 *
 * The bytes are read as they were sent, whatever a body parser has made of them. Where nobody could record them, as in a
 * request that was injected, the parsed body is taken if it is flat, which a repeated or nested parameter is not.
 *
 * @see RFC 6749 §3.2: parameters MUST NOT be included more than once.
 */
export async function formFields(request: FormRequest): Promise<FormFields> {
  const contentType = request.headers['content-type'];
  const type = mediaType(contentType);
  if (type !== URLENCODED && type !== MULTIPART) throw invalidForm(`Send the form as ${URLENCODED} or ${MULTIPART}`);
  if (!isUtf8(contentType)) throw invalidForm('Send the form in UTF-8');
  if (request.headers['content-encoding'] !== undefined) throw invalidForm('Send the form without a content coding');

  if (Number(request.headers['content-length']) > MAX_BODY_BYTES) throw tooLarge();
  const bytes = recordedBody(request.raw ?? request) ?? request.rawBody ?? (await unreadBody(request));
  if (bytes !== null && bytes.length > MAX_BODY_BYTES) throw tooLarge();
  const fields = bytes === null ? flatFields(request.body) : await fieldsOf(bytes, String(contentType));
  if (fields.size > MAX_FIELDS) throw invalidForm('There are too many parameters');
  return fields;
}

function isUtf8(contentType: unknown): boolean {
  const charset = /;[ \t]*charset[ \t]*=[ \t]*"?([^";, \t]*)/i.exec(String(contentType))?.[1];
  return charset === undefined || /^utf-?8$/i.test(charset);
}

/** The body if no parser has touched it, else `null`. */
async function unreadBody(request: FormRequest): Promise<Uint8Array | null> {
  const stream = request.raw ?? (request as unknown as IncomingMessage);
  if (typeof stream.on !== 'function' || stream.readableDidRead || stream.readableEnded) return null;
  const body = new BodyBytes();
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      body.add(chunk);
      if (body.size > MAX_DROPPED_BYTES) break;
    }
  } catch {
    throw invalidForm('The body was not sent to its end');
  }
  return body.bytes();
}

function tooLarge(): FormError {
  return new FormError(413, 'invalid_request', `The body is larger than ${String(MAX_BODY_BYTES)} bytes`);
}

function flatFields(body: unknown): FormFields {
  const fields = new Map<string, string>();
  let size = 0;
  for (const [name, value] of Object.entries(body ?? {}) as readonly [string, unknown][]) {
    if (typeof value !== 'string') throw invalidForm('A parameter is repeated or nested');
    // A parser puts this for bytes that are not UTF-8, so that two passwords would be one.
    if (value.includes('\uFFFD')) throw notUtf8();
    size += Buffer.byteLength(name) + Buffer.byteLength(value);
    fields.set(name, value);
  }
  if (size > MAX_BODY_BYTES) throw tooLarge();
  return fields;
}

/** The fields of a body as it was sent. */
async function fieldsOf(bytes: Uint8Array, contentType: string): Promise<FormFields> {
  const text = utf8(bytes);
  if (text === null) throw notUtf8();
  return mediaType(contentType) === MULTIPART ? multipartFields(bytes, contentType) : urlencodedFields(text);
}

function notUtf8(): FormError {
  return invalidForm('The body is not UTF-8');
}

/** @see WHATWG URL §5.1; invalid UTF-8 is refused, not replaced, so that two bodies never mean the same password. */
function urlencodedFields(body: string): FormFields {
  const fields = new Map<string, string>();
  for (const pair of body.split('&')) {
    if (pair === '') continue;
    const [encodedName = '', ...value] = pair.split('=');
    const name = decoded(encodedName);
    if (fields.has(name)) throw repeatedParameter();
    fields.set(name, decoded(value.join('=')));
  }
  if ([...fields.keys()].some((name) => isAnotherSpelling(name) && fields.has(plainName(name)))) throw repeatedParameter();
  return fields;
}

/** Body parsers take `username[]` and `[username]` for `username`, and what else reads the body would see another user. */
function isAnotherSpelling(name: string): boolean {
  return plainName(name) !== name;
}

function plainName(name: string): string {
  return name.replace(/^\uFEFF?\[?([^[\]]*).*$/s, '$1');
}

/** @see WHATWG URL §1.3: a percent sign without two hexadecimal digits behind it stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' ').replace(/%(?![0-9A-Fa-f]{2})/g, '%25'));
  } catch {
    throw notUtf8();
  }
}
