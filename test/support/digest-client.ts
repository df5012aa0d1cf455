import { createHash } from 'node:crypto';

/** What a Digest challenge says; '' where it does not. */
export interface DigestChallenge {
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string;
  readonly algorithm: string;
  readonly qop: string;
  readonly charset: string;
  readonly userhash: string;
  readonly stale: string;
}

/** What a client answers a challenge with. */
export interface DigestCall {
  readonly challenge: DigestChallenge;
  readonly name: string;
  readonly password: string;
  readonly uri: string;
  readonly method?: string;
  readonly qop?: string;
  readonly nc?: string;
  readonly cnonce?: string;
  readonly body?: string | Buffer;
  /** How the name is written. */
  readonly naming?: 'plain' | 'extended' | 'hashed';
  /** Instead of H(name:realm:password), for who has no password. */
  readonly ha1?: string;
}

/** The parameters of credentials, as they are written: with their quotes. `undefined` leaves one out. */
export type DigestFields = Readonly<Record<string, string | undefined>>;

const NODE_NAMES: Readonly<Record<string, string>> = { MD5: 'md5', 'SHA-256': 'sha256', 'SHA-512-256': 'sha512-256' };
const PARAMETER = /^([a-z0-9*-]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s",]+))(?:, |$)/;

/** The parameters of a challenge that is written as servers write it: `name=value, name="value"`. Anything else fails the test. */
export function challengeParameters(line: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  let rest = /^Digest (.+)$/.exec(line)?.[1] ?? line;
  while (rest !== '') {
    const [whole = '', name = '', quoted, token] = PARAMETER.exec(rest) ?? [];
    if (whole === '' || parameters.has(name)) throw new Error(`A client cannot read ${JSON.stringify(rest)}.`);
    parameters.set(name, token ?? quoted?.replace(/\\(.)/g, '$1') ?? '');
    rest = rest.slice(whole.length);
  }
  return parameters;
}

/** A challenge as a client understands it. */
export function readChallenge(line: string): DigestChallenge {
  const said = challengeParameters(line);
  const value = (name: string): string => said.get(name) ?? '';
  return {
    realm: value('realm'),
    nonce: value('nonce'),
    opaque: value('opaque'),
    algorithm: value('algorithm'),
    qop: value('qop'),
    charset: value('charset'),
    userhash: value('userhash'),
    stale: value('stale'),
  };
}

/** The hash that an algorithm stands for. */
export function hashed(algorithm: string, data: string | Buffer): string {
  return createHash(NODE_NAMES[algorithm.replace(/-sess$/, '')] ?? algorithm).update(data).digest('hex');
}

/** The `response` of a call, computed from its parts as RFC 7616 §3.4.1 to §3.4.3 writes them. */
export function responseOf(call: DigestCall): string {
  const { challenge, name, password, uri, method = 'GET', qop = 'auth', nc = '00000001', cnonce = 'c0ffee', body = '' } = call;
  const { algorithm, realm, nonce } = challenge;
  const secret = call.ha1 ?? hashed(algorithm, `${name}:${realm}:${password}`);
  const a1 = algorithm.endsWith('-sess') ? hashed(algorithm, `${secret}:${nonce}:${cnonce}`) : secret;
  const a2 = qop === 'auth-int' ? `${method}:${uri}:${hashed(algorithm, body)}` : `${method}:${uri}`;
  return hashed(algorithm, `${a1}:${nonce}:${nc}:${cnonce}:${qop}:${hashed(algorithm, a2)}`);
}

/** The response of RFC 2069, without `qop`, `nc` and `cnonce`. @see RFC 7616 §3.4.1: it is not allowed any more. */
export function oldResponseOf({ challenge: { algorithm, realm, nonce }, name, password, uri, method = 'GET' }: DigestCall): string {
  return hashed(algorithm, `${hashed(algorithm, `${name}:${realm}:${password}`)}:${nonce}:${hashed(algorithm, `${method}:${uri}`)}`);
}

/** The parameters that a client writes for a call. */
export function digestFields(call: DigestCall): DigestFields {
  const { challenge, name, uri, qop = 'auth', nc = '00000001', cnonce = 'c0ffee', naming = 'plain' } = call;
  return {
    ...nameFields(name, naming, challenge),
    realm: quoted(challenge.realm),
    nonce: quoted(challenge.nonce),
    uri: quoted(uri),
    algorithm: challenge.algorithm,
    response: quoted(responseOf(call)),
    qop,
    nc,
    cnonce: quoted(cnonce),
    opaque: quoted(challenge.opaque),
  };
}

/** The `Authorization` field of these parameters, its bytes in latin-1. */
export function authorizationWith(fields: DigestFields): string {
  return `Digest ${Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`])).join(', ')}`;
}

/** A text in quotes, its characters as bytes in UTF-8. */
export function quoted(value: string): string {
  return `"${Buffer.from(value).toString('latin1').replace(/["\\]/g, '\\$&')}"`;
}

function nameFields(name: string, naming: DigestCall['naming'], { algorithm, realm }: DigestChallenge): DigestFields {
  if (naming === 'hashed') return { username: quoted(hashed(algorithm, `${name}:${realm}`)), userhash: 'true' };
  return naming === 'extended' ? { 'username*': `UTF-8''${encodeURIComponent(name).replace(/['()*]/g, percentEncoded)}` } : { username: quoted(name) };
}

function percentEncoded(character: string): string {
  return `%${character.charCodeAt(0).toString(16)}`;
}
