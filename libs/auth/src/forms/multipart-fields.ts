import { Busboy } from '@fastify/busboy';
import { invalidForm, repeatedParameter } from './form-error.js';

const LIMITS = { fields: 50, files: 1, parts: 51, fieldNameSize: 100, fieldSize: 65_536, headerPairs: 50 };

/** The parameters of a multipart form. A file is none of them, and is dropped; it takes its name, though. @see RFC 7578 */
export function multipartFields(body: Uint8Array, contentType: string): Promise<ReadonlyMap<string, string>> {
  return new Promise((resolve, reject) => {
    const refuse = (): void => {
      reject(invalidForm('The multipart form is malformed'));
    };
    if (hasOtherCharset(body)) refuse();
    const fields = new Map<string, string>();
    const names = new Set<string>();
    const claim = (name: string): void => {
      if (names.has(name)) reject(repeatedParameter());
      names.add(name);
    };
    try {
      const parser = new Busboy({ headers: { 'content-type': contentType }, limits: LIMITS });
      parser.on('field', (name, value) => {
        claim(name);
        fields.set(name, value);
      });
      parser.on('file', (name, stream) => {
        claim(name);
        // A file that is cut off is an error of its own stream, which ends the process where nobody listens.
        stream.on('error', refuse);
        stream.resume();
      });
      for (const limit of ['fieldsLimit', 'filesLimit', 'partsLimit', 'error'] as const) parser.on(limit, refuse);
      parser.on('finish', () => {
        resolve(fields);
      });
      parser.end(Buffer.from(body));
    } catch {
      // Busboy throws when the boundary is missing.
      refuse();
    }
  });
}

/** Whether a part names another charset than UTF-8, in which its letters would be others. */
function hasOtherCharset(body: Uint8Array): boolean {
  const lines = Buffer.from(body).toString('latin1').matchAll(/^content-type:[^\r\n]*charset[ \t]*=[ \t]*"?([^"; \t\r\n]*)/gim);
  return [...lines].some(([, charset = '']) => !/^utf-?8$/i.test(charset));
}
