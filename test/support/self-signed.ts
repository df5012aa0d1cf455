import { generateKeyPairSync, sign } from 'node:crypto';

const ECDSA_WITH_SHA256 = sequence(0x30, Buffer.from('06082a8648ce3d040302', 'hex'));
const COMMON_NAME = Buffer.from('0603550403', 'hex');

/** A new key and a certificate that nobody has signed but itself, as PEM; made here, as Node has no function for it. @see RFC 5280 §4.1 */
export function selfSigned(host: string): { readonly key: string; readonly cert: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = sequence(0x30, sequence(0x31, sequence(0x30, COMMON_NAME, sequence(0x0c, Buffer.from(host)))));
  const validity = sequence(0x30, sequence(0x17, Buffer.from('250101000000Z')), sequence(0x17, Buffer.from('491231235959Z')));
  const version3 = sequence(0xa0, sequence(0x02, Buffer.from([2])));
  const serial = sequence(0x02, Buffer.from([1]));
  const content = sequence(0x30, version3, serial, ECDSA_WITH_SHA256, name, validity, name, publicKey.export({ format: 'der', type: 'spki' }));
  const signature = sequence(0x03, Buffer.from([0]), sign('sha256', content, privateKey));
  const lines = sequence(0x30, content, ECDSA_WITH_SHA256, signature).toString('base64');
  return { key: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(), cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n` };
}

/** DER: a tag, the length and the content. */
function sequence(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}
