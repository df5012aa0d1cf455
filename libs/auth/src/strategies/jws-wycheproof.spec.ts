import { isSignedWith, readJws } from './jws.js';
import type { KeySource } from '../keys/key-source.js';
import { keySet } from '../keys/key-set.js';
import { ALGORITHMS, isAlgorithm, verificationKey } from '../keys/verification-key.js';
import { describeCorpora } from '../../../../test/support/corpora.js';
import { recordFigure } from '../../../../test/support/score.js';

interface Jwk {
  readonly kty: string;
  readonly kid?: string;
  readonly alg?: string;
}
type Keys = Jwk | { readonly keys: readonly Jwk[] };
interface Vector {
  readonly tcId: number;
  readonly result: 'valid' | 'invalid';
  readonly jws?: string;
}
interface VectorFile {
  readonly testGroups: readonly { readonly public?: Keys; readonly private: Keys; readonly tests: readonly Vector[] }[];
}

const FILES = ['json_web_signature_test', 'json_web_key_test', 'json_web_crypto_test'] as const;

/** Where the vectors contradict a specification or each other, this is what holds here. */
const DELIBERATE = new Map([
  ['json_web_signature_test#346', 'marked valid: the token is signed with PS384, and its key is for PS256 (RFC 7517 §4.4, RFC 8725 §3.1)'],
  ['json_web_signature_test#350', 'marked valid: the token is signed with PS384, and its key is for PS256 (RFC 7517 §4.4, RFC 8725 §3.1)'],
  ['json_web_signature_test#367', 'marked invalid: byte for byte the valid token of #357'],
  ['json_web_signature_test#370', 'marked invalid: byte for byte the valid token of #357'],
  ['json_web_signature_test#372', 'marked valid: there is a "?" in it, which base64url does not have (RFC 7515 §2)'],
  ['json_web_signature_test#373', 'marked valid: there is a "?" in it, which base64url does not have (RFC 7515 §2)'],
]);
/** In these the `alg` of the key is misspelt, "ES521": the key is given for ES512, without it, as somebody would who has such a key. */
const MISSPELT = ['json_web_signature_test#347', 'json_web_signature_test#351'];

const asymmetric = ALGORITHMS.filter(isAlgorithm).filter((algorithm) => !algorithm.startsWith('HS'));
const isSecret = ({ kty }: Jwk): boolean => kty === 'oct';

/**
 * The keys as an application gives them: public keys as a JWK Set, a secret as `secretOrKey`. A set of nothing but secrets
 * is no JWK Set for this library; the application then gives the one secret that it means, here the one that the token names.
 */
function keysFor(keys: Keys, kid: string | undefined): KeySource | null {
  const listed = 'keys' in keys ? keys.keys : [keys];
  if (!listed.every(isSecret)) {
    const set = keySet({ keys: listed }, asymmetric);
    return 'problem' in set ? null : set;
  }
  const [secret, ...others] = listed.length === 1 ? listed : listed.filter((key) => key.kid === kid);
  if (secret === undefined || others.length > 0 || !isAlgorithm(secret.alg)) return null;
  const pinned = verificationKey(secret, secret.alg);
  return 'problem' in pinned ? null : { keyFor: ({ alg }) => (alg === pinned.algorithm ? pinned : null) };
}

async function isAccepted(token: string, keys: Keys): Promise<boolean> {
  const jws = readJws(token);
  const key = jws === null ? null : await keysFor(keys, jws.header.kid)?.keyFor(jws.header);
  return key != null && isSignedWith(key, token);
}

describeCorpora('Wycheproof: each JWS under the keys that come with it', (read) => {
  const vectors = FILES.flatMap((file) =>
    (read(`wycheproof/${file}.json`) as VectorFile).testGroups.flatMap((group) =>
      group.tests.flatMap(({ tcId, result, jws }) => (jws === undefined ? [] : [{ id: `${file}#${String(tcId)}`, result, jws, keys: group.public ?? group.private }])),
    ),
  );
  const given = ({ id, keys }: (typeof vectors)[number]): Keys => (MISSPELT.includes(id) ? ({ ...keys, alg: undefined }) : keys);

  it('answers every vector right, but for those that are listed', async () => {
    const answers = await Promise.all(vectors.map(async (vector) => ({ ...vector, accepted: await isAccepted(vector.jws, given(vector)) })));
    const wrong = answers.filter(({ result, accepted }) => accepted !== (result === 'valid')).map(({ id }) => id);
    const uncontested = answers.filter(({ id }) => !DELIBERATE.has(id));
    const right = uncontested.filter(({ id }) => !wrong.includes(id)).length;
    recordFigure({
      name: 'Wycheproof JWS vectors',
      figure: `${String(right)} of ${String(uncontested.length)} right (2 without the misspelt alg of their key), ${String(DELIBERATE.size)} deliberate`,
      goal: '470 of 470 right, 6 deliberate',
      isMet: right === 470 && uncontested.length === 470 && DELIBERATE.size === 6,
    });
    expect(vectors).toHaveLength(476);
    expect(wrong).toEqual([...DELIBERATE.keys()]);
    expect(right).toBe(470);
  });

  it('takes the misspelt keys for nothing as they stand', async () => {
    const misspelt = vectors.filter(({ id }) => MISSPELT.includes(id));
    expect(misspelt).toHaveLength(2);
    for (const { jws, keys } of misspelt) expect(await isAccepted(jws, keys)).toBe(false);
  });
});
