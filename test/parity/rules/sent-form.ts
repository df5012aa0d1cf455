import { fieldLines } from './rule.js';
import type { SentRequest } from '../declaration.js';
import type { Exchange } from '../expected-answer.js';

/** A form as its bytes say; nothing is refused. */
export interface SentForm {
  readonly type: 'application/x-www-form-urlencoded' | 'multipart/form-data';
  /** In order, repetitions kept; read as UTF-8. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  /** Whether all names and values are UTF-8. */
  readonly isUtf8: boolean;
  /** The charset that the media type names, in lower case. */
  readonly charset: string | undefined;
}

/** Whether the route takes a form. */
export function takesForm({ placed }: Pick<Exchange, 'placed'>): boolean {
  return placed?.route.params?.some(({ kind }) => kind === 'form') === true;
}

/** The form that a request sends; `null` where its media type is that of no form. */
export function sentForm(request: SentRequest): SentForm | null {
  const contentType = fieldLines(request, 'content-type')[0] ?? '';
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded' && type !== 'multipart/form-data') return null;
  const body = request.body ?? '';
  const bytes = type === 'multipart/form-data' ? multipartPairs(body, contentType) : urlencodedPairs(body);
  const texts = bytes.map(([name, value]) => [utf8(name), utf8(value)] as const);
  return {
    type,
    fields: texts.map(([name, value]) => [name.text, value.text]),
    isUtf8: texts.every(([name, value]) => name.isUtf8 && value.isUtf8),
    charset: /;\s*charset="?([^";\s]+)/i.exec(contentType)?.[1]?.toLowerCase(),
  };
}

type BytePair = readonly [name: string, value: string];

/** @see WHATWG URL §5.1 */
function urlencodedPairs(body: string): readonly BytePair[] {
  return body.split('&').filter((pair) => pair !== '').map((pair) => {
    const [name = '', ...value] = pair.split('=');
    return [unescaped(name), unescaped(value.join('='))];
  });
}

function unescaped(text: string): string {
  return text.replaceAll('+', ' ').replace(/%([0-9A-F]{2})/gi, (_, byte: string) => String.fromCharCode(Number.parseInt(byte, 16)));
}

/** The fields of a multipart body; files are left out. @see RFC 7578 §4.2 */
function multipartPairs(body: string, contentType: string): readonly BytePair[] {
  const boundary = /;\s*boundary="?([^";]+)/i.exec(contentType)?.[1];
  if (boundary === undefined) return [];
  return body.split(`--${boundary}`).flatMap((part): BytePair[] => {
    const [head = '', ...rest] = part.split('\r\n\r\n');
    const name = /[;\s]name="([^"]*)"/i.exec(head)?.[1];
    return name === undefined || /[;\s]filename=/i.test(head) ? [] : [[name, rest.join('\r\n\r\n').replace(/\r\n$/, '')]];
  });
}

function utf8(bytes: string): { readonly text: string; readonly isUtf8: boolean } {
  const text = Buffer.from(bytes, 'latin1').toString('utf8');
  return { text, isUtf8: Buffer.from(text, 'utf8').toString('latin1') === bytes };
}
