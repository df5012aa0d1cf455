import { DigestStrategy } from 'nestjs-scopes';
import type { DigestAlgorithm } from 'nestjs-scopes';
import { expectUser, firstOf, JASON, JUERGEN, MUFASA, QUOTER, REALM, startDigest } from '../support/digest-app.js';
import type { DigestApp } from '../support/digest-app.js';
import { authorizationWith, challengeParameters, digestFields, hashed, readChallenge, responseOf } from '../support/digest-client.js';
import type { DigestChallenge } from '../support/digest-client.js';
import { ADAPTERS } from '../support/running-app.js';

const ALGORITHMS: readonly DigestAlgorithm[] = ['SHA-512-256', 'SHA-512-256-sess', 'SHA-256', 'SHA-256-sess', 'MD5', 'MD5-sess'];

const FIRST = {
  realm: 'http-auth@example.org',
  nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
  opaque: 'FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS',
  cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
  uri: '/dir/index.html',
};
const SECOND = {
  realm: 'api@example.org',
  nonce: '5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK',
  opaque: 'HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS',
  cnonce: 'NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v',
  uri: '/doe.json',
};

/** The RFC prints values of a draft of SHA-512/256 in §3.9.2; erratum 4897 has those of the standard. */
const EXAMPLES = [
  { section: '3.9.1', algorithm: 'MD5', said: FIRST, user: MUFASA, response: '8ca523f5e9506fed4657c9700eebdbec' },
  { section: '3.9.1', algorithm: 'SHA-256', said: FIRST, user: MUFASA, response: '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1' },
  { section: '3.9.2 (erratum 4897)', algorithm: 'SHA-512-256', said: SECOND, user: JASON, response: '3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5' },
];

const SPELLINGS = [
  { name: 'no space after a comma', change: (value: string) => value.replaceAll(', ', ','), because: 'OWS may be nothing (RFC 9110 §5.6.1)' },
  { name: 'tabs and spaces around commas', change: (value: string) => value.replaceAll(', ', ' \t,\t '), because: 'OWS is spaces and tabs (RFC 9110 §5.6.1)' },
  { name: 'white space around "="', change: (value: string) => value.replaceAll(/(?<=[a-z])=(?=["\w])/g, ' \t= '), because: 'BWS is to be read (RFC 9110 §11.2, §5.6.3)' },
  { name: 'empty elements in the list', change: (value: string) => value.replace('Digest ', 'Digest ,, ,').replaceAll(', ', ', ,,').concat(' ,, '), because: 'they are to be ignored (RFC 9110 §5.6.1.2)' },
  { name: 'names in upper case', change: (value: string) => value.replaceAll(/([a-z]+)=(?=["\w])/g, (name) => name.toUpperCase()), because: 'names of parameters have no case (RFC 9110 §11.2)' },
  { name: 'the scheme in another case', change: (value: string) => value.replace('Digest ', 'dIGEST '), because: 'names of schemes have no case (RFC 9110 §11.1)' },
  { name: 'the algorithm in another case', change: (value: string) => value.replace('=SHA-256', '=sha-256'), because: 'clients that write it so mean the same' },
  { name: 'the algorithm in quotes', change: (value: string) => value.replace('=SHA-256', '="SHA-256"'), because: 'token and quoted-string are equal forms (RFC 9110 §11.2)' },
  { name: 'qop in quotes', change: (value: string) => value.replace('qop=auth', 'qop="auth"'), because: 'token and quoted-string are equal forms (RFC 9110 §11.2)' },
  { name: 'nc in quotes', change: (value: string) => value.replace('nc=00000001', 'nc="00000001"'), because: 'token and quoted-string are equal forms (RFC 9110 §11.2)' },
  { name: 'a response without quotes', change: (value: string) => value.replace(/response="(\w+)"/, 'response=$1'), because: 'token and quoted-string are equal forms (RFC 9110 §11.2)' },
  { name: 'quoted-pairs that need not be', change: (value: string) => value.replace('"Mufasa"', '"\\M\\ufas\\a"'), because: 'each stands for the character behind the backslash (RFC 9110 §5.6.4)' },
  { name: 'an unknown parameter', change: (value: string) => `${value}, later="x, response=\\"y\\""`, because: 'extensions are to be ignored (§3.4: auth-param)' },
  { name: 'the parameters in another order', change: (value: string) => `Digest ${value.slice(7).split(', ').reverse().join(', ')}`, because: 'they have none' },
  { name: 'userhash=false', change: (value: string) => `${value}, userhash=false`, because: 'it is the default (§3.4)' },
];

describe('the client of these tests', () => {
  it.each(EXAMPLES)('RFC 7616 §$section: computes the response of the example with $algorithm', ({ algorithm, said, user, response }) => {
    const challenge = { ...said, algorithm, qop: 'auth, auth-int', charset: '', userhash: '', stale: '' };
    expect(responseOf({ ...user, challenge, uri: said.uri, cnonce: said.cnonce })).toBe(response);
  });

  it('RFC 7616 §3.9.2: hides the name of the example as it is printed', () => {
    expect(hashed('SHA-512-256', `${JASON.name}:${SECOND.realm}`)).toBe('793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b');
  });
});

describe('what an application stores', () => {
  it.each(['SHA-256', 'SHA-512-256', 'MD5'] as const)('RFC 7616 §3.4.2: is H(username:realm:password) with %s, the texts in UTF-8', (hash) => {
    expect(DigestStrategy.ha1(JUERGEN.name, REALM, JUERGEN.password, hash)).toBe(hashed(hash, `${JUERGEN.name}:${REALM}:${JUERGEN.password}`));
  });

  it('RFC 7616 §3.9.2: finds the user of the example by its userhash', () => {
    expect(DigestStrategy.userhash(JASON.name, SECOND.realm, 'SHA-512-256')).toBe('793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b');
  });

  it('RFC 7616 §3.7: is of SHA-256 where nothing else is said', () => {
    expect(DigestStrategy.ha1('a', 'b', 'c')).toBe(hashed('SHA-256', 'a:b:c'));
    expect(DigestStrategy.userhash('a', 'b')).toBe(hashed('SHA-256', 'a:b'));
  });
});

describe.each(ADAPTERS)('RFC 7616 on %s', (adapter) => {
  let app: DigestApp;
  beforeAll(async () => {
    app = await startDigest(adapter, { algorithms: [...ALGORITHMS].reverse(), qop: ['auth', 'auth-int'], userhash: true });
  });
  afterAll(() => app.close());

  const challengeOf = async (algorithm: string): Promise<DigestChallenge> => {
    return firstOf((await app.challenges()).filter((challenge) => challenge.algorithm === algorithm));
  };

  it('§3.7: DIG-05 sends one challenge per field line, the strongest algorithm first, however the options list them', async () => {
    const { status, challenges } = await app.get('/api/me');
    expect(status).toBe(401);
    expect(challenges.map((line) => readChallenge(line).algorithm)).toEqual(ALGORITHMS);
    expect(challenges.every((line) => line.match(/Digest /g)?.length === 1)).toBe(true);
  });

  it('§3.3: quotes realm, qop, nonce and opaque in a challenge, and writes algorithm, charset and userhash as tokens', async () => {
    const { challenges, json } = await app.get('/api/me');
    const nonce = '"[A-Za-z0-9_-]{48}"';
    const form = `^Digest realm="http-auth@example\\.org", qop="auth, auth-int", algorithm=[A-Z0-9-]+(-sess)?, nonce=${nonce}, opaque="[A-Za-z0-9_-]{24}", charset=UTF-8, userhash=true$`;
    expect(challenges.filter((line) => !new RegExp(form).test(line))).toEqual([]);
    expect(json).toEqual({ statusCode: 401, message: 'Not authenticated', error: 'Unauthorized' });
  });

  it('§3.3: makes a new nonce for each challenge', async () => {
    const nonces = [...(await app.challenges()), ...(await app.challenges())].map(({ nonce }) => nonce);
    expect(new Set(nonces).size).toBe(2 * ALGORITHMS.length);
  });

  it('§3.3: says neither stale nor userhash where neither holds', async () => {
    const plain = await startDigest(adapter);
    const lines = (await plain.get('/api/me')).challenges;
    expect(lines.map((line) => [...challengeParameters(line).keys()])).toEqual([['realm', 'qop', 'algorithm', 'nonce', 'opaque', 'charset']]);
    await plain.close();
  });

  const answers = ALGORITHMS.flatMap((algorithm) => (['auth', 'auth-int'] as const).map((qop) => ({ algorithm, qop })));
  it.each(answers)('§3.4.1: DIG-04 lets a user in with $algorithm and $qop', async ({ algorithm, qop }) => {
    expectUser(await app.answer(await app.call({ challenge: await challengeOf(algorithm), qop })), 'Mufasa');
  });

  const names = ALGORITHMS.flatMap((algorithm) => (['plain', 'extended', 'hashed'] as const).flatMap((naming) => [MUFASA, JASON, JUERGEN, QUOTER].map((user) => ({ algorithm, naming, ...user }))));
  it.each(names)('§3.4: DIG-07 reads the $naming name of $name with $algorithm', async ({ algorithm, naming, name, password }) => {
    expectUser(await app.answer(await app.call({ challenge: await challengeOf(algorithm), naming, name, password })), name);
  });

  it.each(SPELLINGS)('§3.4: DIG-08 reads $name, because $because', async ({ change }) => {
    const call = await app.call({ challenge: await challengeOf('SHA-256') });
    const usual = authorizationWith(digestFields(call));
    expect(change(usual)).not.toBe(usual);
    expectUser(await app.send({ path: '/api/me', headers: [['Authorization', change(usual)]] }), 'Mufasa');
  });

  it('§3.4.5: takes the next count of the same nonce without another challenge', async () => {
    const call = await app.call();
    for (const nc of ['00000001', '00000002', '0000000a', '0000000B']) expectUser(await app.answer({ ...call, nc }), 'Mufasa');
  });
});
