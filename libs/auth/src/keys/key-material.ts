/** What random text never holds: PEM of every label, OpenPGP, SSH2; OpenSSH; a JWK. @see RFC 7468, RFC 9580 §6.2, RFC 4716 §3.2, RFC 4253 §6.6, RFC 7517 §4.1 */
const KEY_TEXT = /-----BEGIN|---- BEGIN|ssh-(?:rsa|dss|ed25519|ed448)|ecdsa-sha2-nistp|"kty\\*"/;
const SEQUENCE = 0x30;
/** What the sequence of a key or certificate begins with: a version or number, an algorithm, a kind of content. */
const FIRST_ELEMENTS: readonly (number | undefined)[] = [0x02, SEQUENCE, 0x06];

/**
 * Whether what should be a random secret is a key or certificate of another kind: PEM, OpenSSH, OpenPGP, JWK or DER, also
 * in base64 or hexadecimal, behind white space or a byte order mark, or in UTF-16.
 */
export function isKeyMaterial(bytes: Buffer): boolean {
  const text = textOf(bytes);
  const forms = [bytes, Buffer.from(text, 'base64'), Buffer.from(text.replace(/[^0-9a-f]/gi, ''), 'hex')];
  return forms.some((form) => KEY_TEXT.test(textOf(form)) || isDer(form));
}

/** Zeros are what text in UTF-16 has more than text in ASCII. */
function textOf(bytes: Buffer): string {
  return bytes.toString().replaceAll('\0', '');
}

/** Whether bytes are one ASN.1 sequence as keys and certificates are: its elements fill it, and it fills the bytes. @see ITU-T X.690 §8.1 */
function isDer(bytes: Buffer): boolean {
  const whole = elementAt(bytes, 0);
  if (whole === null || bytes[0] !== SEQUENCE || whole.end !== bytes.length || !FIRST_ELEMENTS.includes(bytes[whole.start])) return false;
  let position = whole.start;
  while (position < bytes.length) {
    const element = elementAt(bytes, position);
    if (element === null) return false;
    position = element.end;
  }
  return true;
}

/** Where the content of an element starts and ends; `null` if it does not end within the bytes. */
function elementAt(bytes: Buffer, position: number): { start: number; end: number } | null {
  const first = bytes[position + 1];
  if (first === undefined) return null;
  const lengthBytes = first < 0x80 ? 0 : first - 0x80;
  const start = position + 2 + lengthBytes;
  if (lengthBytes > 4 || start > bytes.length) return null;
  const end = start + (lengthBytes === 0 ? first : bytes.readUIntBE(position + 2, lengthBytes));
  return end <= bytes.length ? { start, end } : null;
}
