import { calculateJwkThumbprint } from 'jose';
import type { JWK } from 'jose';
import { createSecretKey } from 'node:crypto';
import { isSignedWith, parsedObject, readJws } from './jws.js';
import type { KeySource } from '../keys/key-source.js';
import { KeySet, keySet } from '../keys/key-set.js';
import { verificationKey } from '../keys/verification-key.js';
import type { JwtAlgorithm } from '../keys/verification-key.js';
import { describeCorpora } from '../../../../test/support/corpora.js';
import { recordFigure } from '../../../../test/support/score.js';

interface Example {
  readonly name: string;
  readonly token: string;
  readonly alg: JwtAlgorithm;
  readonly jwk: JWK;
  readonly accepted: boolean;
}
interface RfcCase {
  readonly id: string;
  readonly jws: string;
  readonly jwk: JWK;
  readonly thumbprint: string;
}
interface Cookbook {
  readonly input: { readonly key: JWK };
  readonly output: { readonly compact?: string; readonly json: unknown; readonly json_flat?: unknown };
}

/** What the public test data leaves out of RFC 7515: its keys without their private members, and its tokens. */
const RFC7515: readonly Omit<Example, 'accepted'>[] = [
  {
    name: 'RFC 7515 §A.2',
    alg: 'RS256',
    jwk: {
      kty: 'RSA',
      n: 'ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ',
      e: 'AQAB',
    },
    token: 'eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw',
  },
  {
    name: 'RFC 7515 §A.4',
    alg: 'ES512',
    jwk: {
      kty: 'EC',
      crv: 'P-521',
      x: 'AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk',
      y: 'ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2',
    },
    token: 'eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA.AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZqwqT2SI-KGDKB34XO0aw_7XdtAG8GaSwFKdCAPZgoXD2YBJZCPEX3xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn',
  },
];

/** A public key in a JWK Set; a secret as it is, as the one of RFC 7515 is refused at start: everybody knows it. */
function keysOf(jwk: JWK, algorithm: JwtAlgorithm): KeySource | null {
  if (jwk.kty === 'oct') {
    const pinned = { key: createSecretKey(jwk.k ?? '', 'base64url'), algorithm };
    return { keyFor: ({ alg }) => (alg === algorithm ? pinned : null) };
  }
  const set = keySet({ keys: [jwk] }, [algorithm]);
  return set instanceof KeySet ? set : null;
}

async function isAccepted({ token, jwk, alg }: Example): Promise<boolean> {
  const keys = keysOf(jwk, alg);
  if (keys === null) throw new Error('The key of the example cannot be used.');
  const jws = readJws(token);
  const pinned = jws === null ? null : await keys.keyFor(jws.header);
  return pinned !== null && isSignedWith(pinned, token);
}

describeCorpora('Examples of RFC 7515, 7520, 7638, 7797 and 8037', (read) => {
  const { cases } = read('rfc-examples/rfc-examples.json') as { readonly cases: readonly RfcCase[] };
  const example = (id: string): RfcCase => cases.find((one) => one.id === id) ?? ({} as RfcCase);
  const cookbook = (file: string): Cookbook => read(`rfc7520/${file}.json`) as Cookbook;
  const compact = (file: string): string => cookbook(`jws/${file}`).output.compact ?? '';
  const jwk = (file: string): JWK => read(`rfc7520/jwk/${file}.json`) as JWK;
  const [rsa, ec, secret] = [jwk('3_3.rsa_public_key'), jwk('3_1.ec_public_key'), jwk('3_5.symmetric_key_mac_computation')];
  const a1 = example('rfc7515-A.1-HS256');

  const examples: readonly Example[] = [
    { name: 'RFC 7515 §A.1', alg: 'HS256', token: a1.jws, jwk: a1.jwk, accepted: true },
    ...RFC7515.map((one) => ({ ...one, accepted: true })),
    { name: 'RFC 7515 §A.3', alg: 'ES256', token: example('rfc7515-A.3-ES256').jws, jwk: example('rfc7515-A.3-ES256').jwk, accepted: true },
    { name: 'RFC 7515 §A.5, without a signature', alg: 'HS256', token: example('rfc7515-A.5-none').jws, jwk: a1.jwk, accepted: false },
    { name: 'RFC 8037 §A.4', alg: 'EdDSA', token: example('rfc8037-A.4-EdDSA').jws, jwk: example('rfc8037-A.4-EdDSA').jwk, accepted: true },
    { name: 'RFC 7520 §4.1', alg: 'RS256', token: compact('4_1.rsa_v15_signature'), jwk: rsa, accepted: true },
    { name: 'RFC 7520 §4.2', alg: 'PS384', token: compact('4_2.rsa-pss_signature'), jwk: rsa, accepted: true },
    { name: 'RFC 7520 §4.3', alg: 'ES512', token: compact('4_3.ecdsa_signature'), jwk: ec, accepted: true },
    { name: 'RFC 7520 §4.4', alg: 'HS256', token: compact('4_4.hmac-sha2_integrity_protection'), jwk: secret, accepted: true },
    { name: 'RFC 7520 §4.5, without its content', alg: 'HS256', token: compact('4_5.signature_with_detached_content'), jwk: secret, accepted: false },
    ...['4_6.protecting_specific_header_fields', '4_7.protecting_content_only', '4_8.multiple_signatures'].map((file, index) => ({
      name: `RFC 7520 §4.${String(6 + index)}, as JSON`, alg: 'HS256' as const, token: JSON.stringify(cookbook(`jws/${file}`).output.json), jwk: secret, accepted: false,
    })),
    ...['hmac-sha2_b64_false', '4.2.hmac-sha2_b64_false'].flatMap((file) => {
      const { input, output } = cookbook(`rfc7797/${file}`);
      return Object.entries(output).map(([form, token]) => ({
        name: `RFC 7797, ${file}, ${form}`, alg: 'HS256' as const, token: typeof token === 'string' ? token : JSON.stringify(token), jwk: input.key, accepted: false,
      }));
    }),
  ];

  let right = 0;
  afterAll(() => {
    const total = examples.length + 1;
    recordFigure({ name: 'RFC 7515, 7520, 7638, 7797, 8037', figure: `${String(right)} of ${String(total)} examples right`, goal: '20 of 20', isMet: right === 20 && total === 20 });
  });

  it.each(examples.map((one) => [one.accepted ? 'verifies' : 'refuses', one.name, one] as const))('%s %s', async (_verb, _name, one) => {
    expect(one.token.length).toBeGreaterThan(20);
    expect(await isAccepted(one)).toBe(one.accepted);
    right += 1;
  });

  it.each(examples.filter(({ accepted }) => accepted).map((one) => [one.name, one] as const))('refuses %s with another signature, content or key', async (_name, one) => {
    const [header = '', payload = '', signature = ''] = one.token.split('.');
    const changed = signature.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'));
    expect(await isAccepted({ ...one, token: `${header}.${payload}.${changed}` })).toBe(false);
    expect(await isAccepted({ ...one, token: `${header}.${Buffer.from('{}').toString('base64url')}.${signature}` })).toBe(false);
    for (const other of examples.filter(({ accepted, alg }) => accepted && alg !== one.alg)) {
      expect(await isAccepted({ ...one, jwk: other.jwk, alg: other.alg })).toBe(false);
    }
  });

  it('RFC 7638 §3.1: finds a key by its thumbprint', async () => {
    const { jwk: key, thumbprint } = example('rfc7638-3.1');
    expect(await calculateJwkThumbprint(key)).toBe(thumbprint);
    const set = keySet({ keys: [{ ...key, kid: thumbprint }] }, ['RS256']);
    expect(set instanceof KeySet && set.keyFor({ alg: 'RS256', kid: thumbprint })?.key.export({ format: 'jwk' })).toEqual({ kty: 'RSA', n: key.n, e: key.e });
    right += 1;
  });

  it('takes the secret of RFC 7520 §3.5, and not that of RFC 7515 §A.1, which is known to everybody', () => {
    expect(verificationKey(secret, 'HS256')).toHaveProperty('algorithm', 'HS256');
    expect(verificationKey(a1.jwk, 'HS256')).toHaveProperty('problem', 'secretOrKey is a publicly known secret, out of an example or a leak');
  });

  it.each([
    ['RFC 7520 §3.2', '3_2.ec_private_key', 'ES512'],
    ['RFC 7520 §3.4', '3_4.rsa_private_key', 'RS256'],
    ['RFC 7520 §3.6', '3_6.symmetric_key_encryption', 'HS256'],
  ] as const)('takes no key that signs or encrypts to verify with: %s', (_name, file, algorithm) => {
    expect(verificationKey(jwk(file), algorithm)).toHaveProperty('problem');
    expect(keySet({ keys: [jwk(file)] }, [algorithm])).toHaveProperty('problem');
  });

  it('RFC 7515 §A.1: has the claims as they were signed', () => {
    const jws = readJws(a1.jws);
    expect(jws === null ? null : parsedObject(jws.payload)).toEqual({ iss: 'joe', exp: 1300819380, 'http://example.com/is_root': true });
  });
});
