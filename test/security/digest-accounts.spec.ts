import { HttpException, UnauthorizedException } from '@nestjs/common';
import type { DigestAccount, DigestHash } from 'nestjs-scopes';
import { accountOf, expectRefused, expectUser, firstOf, MUFASA, REALM, startDigest } from '../support/digest-app.js';
import { hashed } from '../support/digest-client.js';
import { ADAPTERS } from '../support/running-app.js';
import type { TestResponse } from '../support/running-app.js';

const ALGORITHMS = ['SHA-512-256', 'SHA-512-256-sess', 'SHA-256', 'SHA-256-sess', 'MD5', 'MD5-sess'] as const;

/** What a client sees, without what is new each time. */
function seen({ status, headers, challenges, text }: TestResponse): unknown {
  const lines = challenges.map((line) => line.replace(/nonce="[^"]+"/, ''));
  return { status, text, lines, headers: Object.keys(headers) };
}

/** Secrets that a verifier would compare with, were its secret of another type, or its user nobody. */
const GUESSES: readonly { readonly what: string; readonly ha1: (hash: string) => string }[] = [
  { what: 'the hash of [object Object]', ha1: (hash) => hashed(hash, `Mufasa:${REALM}:[object Object]`) },
  { what: 'the hash of undefined', ha1: (hash) => hashed(hash, `Mufasa:${REALM}:undefined`) },
  { what: 'the hash of null', ha1: (hash) => hashed(hash, `Mufasa:${REALM}:null`) },
  { what: 'the hash of no password', ha1: (hash) => hashed(hash, `Mufasa:${REALM}:`) },
  { what: 'the hash of the stored secret', ha1: (hash) => hashed(hash, `Mufasa:${REALM}:${hashed(hash, `Mufasa:${REALM}:${MUFASA.password}`)}`) },
  { what: 'zeros', ha1: (hash) => '0'.repeat(hash.startsWith('MD5') ? 32 : 64) },
  { what: 'nothing', ha1: () => '' },
  { what: 'the text undefined', ha1: () => 'undefined' },
  { what: 'the text null', ha1: () => 'null' },
  { what: 'the text [object Object]', ha1: () => '[object Object]' },
];

const GOOD = accountOf('Mufasa', 'SHA-256')?.ha1 ?? '';
const WRONG_SHAPES: readonly { readonly what: string; readonly ha1: unknown }[] = [
  { what: 'undefined', ha1: undefined },
  { what: 'null', ha1: null },
  { what: 'an object', ha1: { ha1: GOOD } },
  { what: 'a list', ha1: [GOOD] },
  { what: 'a number', ha1: 5 },
  { what: 'its bytes', ha1: Buffer.from(GOOD) },
  { what: 'empty', ha1: '' },
  { what: 'of MD5', ha1: hashed('MD5', `Mufasa:${REALM}:${MUFASA.password}`) },
  { what: 'in upper case', ha1: GOOD.toUpperCase() },
  { what: 'one digit short', ha1: GOOD.slice(1) },
  { what: 'one digit long', ha1: `${GOOD}0` },
  { what: 'a password as long as a hash', ha1: 'correct horse battery staple '.repeat(3).slice(0, 64) },
  { what: 'with a newline for its last digit', ha1: `${GOOD.slice(0, 63)}\n` },
];

const OUTCOMES: readonly { readonly what: string; readonly accounts: () => ReturnType<typeof accountOf> | undefined | Promise<null>; readonly status: number; readonly because: string }[] = [
  { what: 'returns null', accounts: () => null, status: 401, because: 'there is nobody' },
  { what: 'returns undefined', accounts: () => undefined, status: 401, because: 'there is nobody' },
  { what: 'resolves with null', accounts: () => Promise.resolve(null), status: 401, because: 'there is nobody' },
  { what: 'returns an account without a user', accounts: () => ({ user: undefined, ha1: GOOD }), status: 401, because: 'there is nobody' },
  { what: 'returns an account of false', accounts: () => ({ user: false, ha1: GOOD }), status: 401, because: 'there is nobody' },
  { what: 'throws a 401', accounts: () => { throw new UnauthorizedException('hunter2'); }, status: 401, because: 'the application refuses' },
  { what: 'throws a 423', accounts: () => { throw new HttpException('The account is locked.', 423); }, status: 423, because: 'it is the answer of the application' },
  { what: 'throws', accounts: () => { throw new Error('hunter2'); }, status: 503, because: 'nobody knows' },
  { what: 'rejects', accounts: () => Promise.reject(new Error('hunter2')), status: 503, because: 'nobody knows' },
];

const SCOPES = [
  { account: { scope: 'read' }, reads: 200, writes: 403, because: 'it grants one' },
  { account: { scope: ['read', 'write'] }, reads: 200, writes: 200, because: 'a list grants each' },
  { account: { scope: '' }, reads: 403, writes: 403, because: 'it grants none' },
  { account: {}, reads: 403, writes: 200, because: 'the user has write' },
  { account: { scope: 'read,write' }, reads: 403, writes: 403, because: 'scopes are separated by spaces' },
];

describe.each(ADAPTERS)('accounts of Digest on %s', (adapter) => {
  it.each(ALGORITHMS)('DIG-09: answers an unknown user like a wrong password with %s', async (algorithm) => {
    const app = await startDigest(adapter, { algorithms: [algorithm] });
    const unknown = await app.answer(await app.call({ name: 'Scar' }));
    const wrong = await app.answer(await app.call({ password: 'wrong' }));
    expectRefused(unknown);
    expect(seen(unknown)).toEqual(seen(wrong));
    expect(app.lookups).toEqual(['Scar', 'Mufasa']);
    await app.close();
  });

  it.each(GUESSES)('DIG-10: does not take $what for a secret, of a user or of nobody, with any algorithm', async ({ ha1 }) => {
    const app = await startDigest(adapter, { algorithms: ALGORITHMS });
    for (const challenge of await app.challenges()) {
      for (const name of ['Mufasa', 'Scar']) expectRefused(await app.answer(await app.call({ challenge, name, ha1: ha1(challenge.algorithm) })));
    }
    await app.close();
  });

  it('DIG-10: refuses the forgery with MD5-sess where only stronger algorithms are offered, and asks for nobody', async () => {
    const app = await startDigest(adapter);
    const challenge = { ...firstOf(await app.challenges()), algorithm: 'MD5-sess' };
    expectRefused(await app.answer(await app.call({ challenge, ha1: hashed('MD5', `Mufasa:${REALM}:[object Object]`) })));
    expect(app.lookups).toEqual([]);
    await app.close();
  });

  it.each(WRONG_SHAPES)('DIG-10: answers 503 where the stored secret is $what, and lets nobody in', async ({ ha1 }) => {
    const app = await startDigest(adapter, { accounts: () => ({ user: MUFASA, ha1 }) as DigestAccount });
    for (const guess of [undefined, String(ha1), hashed('SHA-256', `Mufasa:${REALM}:${String(ha1)}`)]) {
      const { status, json } = await app.answer(await app.call({ ha1: guess }));
      expect({ status, json }).toEqual({ status: 503, json: { statusCode: 503, message: 'Credentials cannot be verified now', error: 'Service Unavailable' } });
    }
    await app.close();
  });

  it('DIG-10: asks for the secret of the hash that the client uses', async () => {
    const asked: DigestHash[] = [];
    const app = await startDigest(adapter, {
      algorithms: ALGORITHMS,
      accounts: (name, hash) => {
        asked.push(hash);
        return accountOf(name, hash);
      },
    });
    for (const challenge of await app.challenges()) expectUser(await app.answer(await app.call({ challenge })), 'Mufasa');
    expect(asked).toEqual(['SHA-512-256', 'SHA-512-256', 'SHA-256', 'SHA-256', 'MD5', 'MD5']);
    await app.close();
  });

  it.each(OUTCOMES)('DIG-10: answers $status where validate $what, because $because', async ({ accounts, status }) => {
    const app = await startDigest(adapter, { accounts });
    const answer = await app.answer(await app.call());
    expect(answer.status).toBe(status);
    expect(answer.text).not.toContain('hunter2');
    await app.close();
  });

  it.each(SCOPES)('DIG-10: enforces the scopes of an account: $account reads $reads and writes $writes, because $because', async ({ account, reads, writes }) => {
    const app = await startDigest(adapter, { accounts: () => ({ user: { name: 'Mufasa', scopes: ['write'] }, ha1: GOOD, ...account }) });
    const answers = [await app.answer(await app.call({ uri: '/api/reads' })), await app.answer(await app.call({ uri: '/api/writes' }))];
    expect(answers.map(({ status }) => status)).toEqual([reads, writes]);
    for (const { json, challenges } of answers.filter(({ status }) => status === 403)) {
      expect(json).toEqual({ statusCode: 403, message: 'Not enough permissions', error: 'Forbidden' });
      expect(challenges).toEqual([expect.stringMatching(/^Digest realm="http-auth@example\.org", .*charset=UTF-8$/)]);
    }
    await app.close();
  });
});
