import { createHash, createSecretKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import type { JsonWebKey, KeyObject } from 'node:crypto';
import { CERTIFICATE } from '../support/certificate.js';
import { ec, rsa, SECRET } from '../support/hostile-tokens.js';
import { keyMistakes } from '../support/key-mistakes.js';
import { privateKey, publicKey } from '../support/tokens.js';

interface Material {
  readonly what: string;
  readonly bytes: string | Buffer;
}

const jwk = (key: KeyObject): JsonWebKey => key.export({ format: 'jwk' });
const PUBLIC_KEYS = Object.entries({ RSA: rsa.publicKey, EC: ec.publicKey, Ed25519: publicKey });
const PRIVATE_KEYS = Object.entries({ RSA: rsa.privateKey, EC: ec.privateKey, Ed25519: privateKey });
const encryption = { cipher: 'aes-256-cbc', passphrase: 'of tests' };

/** What `ssh-keygen` writes. @see RFC 8709 §4, RFC 4253 §6.6 */
const OPENSSH = `ssh-ed25519 ${Buffer.concat([sshString('ssh-ed25519'), sshString(Buffer.from(jwk(publicKey).x ?? '', 'base64url'))]).toString('base64')}`;

function sshString(value: string | Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(value.length);
  return Buffer.concat([length, Buffer.from(value as string)]);
}

function armoured(label: string): string {
  return `-----BEGIN ${label}-----\n\nbVE0Y3dYc3dOZ0FBQUFBYm1sbFpYZDBa\n-----END ${label}-----\n`;
}

/** Keys in the forms that files and environment variables have them in. */
const MATERIAL: readonly Material[] = [
  ...PUBLIC_KEYS.flatMap(([kind, key]) => [
    { what: `${kind} public key as PEM`, bytes: key.export({ format: 'pem', type: 'spki' }) },
    { what: `${kind} public key as DER`, bytes: key.export({ format: 'der', type: 'spki' }) },
    { what: `${kind} public key as JWK`, bytes: JSON.stringify(jwk(key)) },
    { what: `${kind} public key in a list`, bytes: JSON.stringify([jwk(key)]) },
    { what: `${kind} public key in a JWK Set`, bytes: JSON.stringify({ keys: [jwk(key)] }, null, 2) },
  ]),
  ...PRIVATE_KEYS.flatMap(([kind, key]) => [
    { what: `${kind} private key as PEM`, bytes: key.export({ format: 'pem', type: 'pkcs8' }) },
    { what: `${kind} private key as DER`, bytes: key.export({ format: 'der', type: 'pkcs8' }) },
    { what: `${kind} private key as encrypted PEM`, bytes: key.export({ format: 'pem', type: 'pkcs8', ...encryption }) },
    { what: `${kind} private key as encrypted DER`, bytes: key.export({ format: 'der', type: 'pkcs8', ...encryption }) },
    { what: `${kind} private key as JWK`, bytes: JSON.stringify(jwk(key)) },
  ]),
  { what: 'RSA public key as PEM of PKCS#1', bytes: rsa.publicKey.export({ format: 'pem', type: 'pkcs1' }) },
  { what: 'RSA public key as DER of PKCS#1', bytes: rsa.publicKey.export({ format: 'der', type: 'pkcs1' }) },
  { what: 'RSA private key as DER of PKCS#1', bytes: rsa.privateKey.export({ format: 'der', type: 'pkcs1' }) },
  { what: 'RSA private key as encrypted PEM of PKCS#1', bytes: rsa.privateKey.export({ format: 'pem', type: 'pkcs1', ...encryption }) },
  { what: 'EC private key as PEM of SEC 1', bytes: ec.privateKey.export({ format: 'pem', type: 'sec1' }) },
  { what: 'EC private key as DER of SEC 1', bytes: ec.privateKey.export({ format: 'der', type: 'sec1' }) },
  { what: 'certificate as PEM', bytes: CERTIFICATE },
  { what: 'certificate as DER', bytes: new X509Certificate(CERTIFICATE).raw },
  { what: 'OpenSSH public key', bytes: OPENSSH },
  { what: 'OpenSSH public key behind options', bytes: `no-pty ${OPENSSH} somebody@example.com\n` },
  { what: 'OpenSSH private key', bytes: armoured('OPENSSH PRIVATE KEY') },
  { what: 'OpenPGP public key', bytes: armoured('PGP PUBLIC KEY BLOCK') },
  { what: 'OpenPGP private key', bytes: armoured('PGP PRIVATE KEY BLOCK') },
  { what: 'SSH2 public key', bytes: `---- BEGIN SSH2 PUBLIC KEY ----\n${OPENSSH.slice(12)}\n---- END SSH2 PUBLIC KEY ----\n` },
];

/** How each may have been written, read or handed over. */
const FORMS: Readonly<Record<string, (bytes: Buffer) => unknown>> = {
  'in bytes': (bytes) => bytes,
  'in a KeyObject': (bytes) => createSecretKey(bytes),
  'in a JWK': (bytes) => ({ kty: 'oct', k: bytes.toString('base64url') }),
  'in base64': (bytes) => bytes.toString('base64'),
  'in base64 of several lines': (bytes) => `${bytes.toString('base64').replace(/.{64}/g, '$&\r\n')}\n`,
  'in base64url': (bytes) => bytes.toString('base64url'),
  'in base64 behind a byte order mark': (bytes) => `\uFEFF ${bytes.toString('base64')}`,
  'in hexadecimal': (bytes) => bytes.toString('hex'),
};

/** What can happen to text on its way. */
const TEXT_FORMS: Readonly<Record<string, (text: string) => unknown>> = {
  'as text': (text) => text,
  'without the newline at its end': (text) => text.trimEnd(),
  'behind white space': (text) => ` \n\t${text}`,
  'behind a byte order mark': (text) => `\uFEFF${text}`,
  'with carriage returns': (text) => text.replaceAll('\n', '\r\n'),
  'with newlines written as \\n': (text) => JSON.stringify(text),
  'in UTF-16': (text) => Buffer.from(`\uFEFF${text}`, 'utf16le'),
};

const inEachForm = ({ what, bytes }: Material) => [
  ...Object.entries(FORMS).map(([form, write]) => ({ what: `${what}, ${form}`, key: write(Buffer.from(bytes as string)) })),
  ...(typeof bytes === 'string' ? Object.entries(TEXT_FORMS).map(([form, write]) => ({ what: `${what}, ${form}`, key: write(bytes) })) : []),
];

describe('JWT-02, RFC 8725 §2.1: HS256 and a key that is no secret', () => {
  it.each(MATERIAL)('does not take it for one in any form: $what', (material) => {
    const taken = inEachForm(material).filter(({ key }) => keyMistakes('HS256', key).length === 0);
    expect(taken.map(({ what }) => what)).toEqual([]);
    expect(keyMistakes('HS256', material.bytes)).toEqual(['secretOrKey is not a secret, which HS256 needs']);
  });

  it.each(PUBLIC_KEYS)('does not take it for one: %s public key as KeyObject or JWK', (_kind, key) => {
    expect(keyMistakes('HS256', key)).toEqual(['secretOrKey is not a secret, which HS256 needs']);
    expect(keyMistakes('HS256', jwk(key))).toEqual(['secretOrKey is not a secret, which HS256 needs']);
  });

  it('takes any random secret, in bytes, base64 and hexadecimal', () => {
    const secrets = Array.from({ length: 500 }, (_, seed) => createHash('sha512').update(String(seed)).digest());
    const refused = secrets.filter((secret) => [secret, secret.toString('base64'), secret.toString('hex')].some((key) => keyMistakes('HS512', key).length > 0));
    expect(refused).toEqual([]);
  });

  it.each([
    { because: 'the rest is not made of elements', key: `00${SECRET}${'x'.repeat(16)}` },
    { because: 'the last element does not end with it', key: Buffer.from([0x30, 33, ...Buffer.from(SECRET), 0]) },
    { because: 'something follows the sequence', key: Buffer.from([0x30, 34, 0x02, 32, ...Buffer.from(SECRET), 0x04, 2, 1, 1]) },
    { because: 'no key begins with this element', key: Buffer.from([0x30, 34, 0x41, 32, ...Buffer.from(SECRET)]) },
  ])('takes a secret that begins as a DER sequence does and is none, as $because', ({ key }) => {
    expect(keyMistakes('HS256', key)).toEqual([]);
  });
});

describe('a private key where tokens are verified', () => {
  it.each([
    { what: 'a KeyObject', key: privateKey },
    { what: 'PEM', key: privateKey.export({ format: 'pem', type: 'pkcs8' }) },
    { what: 'PEM in bytes', key: Buffer.from(privateKey.export({ format: 'pem', type: 'pkcs8' })) },
    { what: 'encrypted PEM', key: privateKey.export({ format: 'pem', type: 'pkcs8', ...encryption }) },
    { what: 'a JWK', key: jwk(privateKey) },
  ])('EdDSA does not take it, as what only verifies must not be able to sign: $what', ({ key }) => {
    expect(keyMistakes('EdDSA', key)).toEqual(['secretOrKey is a private key, which signs; to verify takes the public one']);
  });

  it.each([
    { what: 'PKCS#1', key: rsa.privateKey.export({ format: 'pem', type: 'pkcs1' }) },
    { what: 'a file with its certificate', key: `${CERTIFICATE}${rsa.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()}` },
  ])('RS256 does not take it: PEM of $what', ({ key }) => {
    expect(keyMistakes('RS256', key)).toEqual([expect.stringContaining('is a private key')]);
  });

  it('ES256 does not take it: SEC 1', () => {
    expect(keyMistakes('ES256', ec.privateKey.export({ format: 'pem', type: 'sec1' }))).toEqual([expect.stringContaining('is a private key')]);
    expect(keyMistakes('ES256', generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)).toEqual([expect.stringContaining('is a private key')]);
  });
});
