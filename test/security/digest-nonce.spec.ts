import { randomBytes } from 'node:crypto';
import { expectRefused, expectUser, firstOf, SECRET, startDigest } from '../support/digest-app.js';
import type { DigestApp } from '../support/digest-app.js';
import { moveDateTo, realClock, stopDateAt } from '../support/fake-clock.js';
import { ADAPTERS } from '../support/running-app.js';
import type { Adapter } from '../support/running-app.js';

/** What any server of the application says, were it another key or another realm. */
async function foreignNonce(adapter: Adapter, options: { readonly nonceSecret: string; readonly realm?: string }): Promise<string> {
  const other = await startDigest(adapter, options);
  const { nonce } = firstOf(await other.challenges());
  await other.close();
  return nonce;
}

/** A nonce with one bit of one byte changed. */
function altered(nonce: string, position: number): string {
  const bytes = Buffer.from(nonce, 'base64url');
  bytes.writeUInt8(bytes.readUInt8(position) ^ 1, position);
  return bytes.toString('base64url');
}

const FOREIGN = [
  { what: 'that the client made', nonce: () => 'dcd98b7102dd2f0e8b11d0f600bfb0c093', because: 'a client could choose one that was never used' },
  { what: 'of the right length', nonce: () => randomBytes(36).toString('base64url'), because: 'only the key makes the MAC' },
  { what: 'that is empty', nonce: () => '', because: 'it says nothing' },
  { what: 'of another key', nonce: (_own: string, adapter: Adapter) => foreignNonce(adapter, { nonceSecret: `another ${SECRET}` }), because: 'another server counts its uses' },
  { what: 'of another realm with the same key', nonce: (_own: string, adapter: Adapter) => foreignNonce(adapter, { nonceSecret: SECRET, realm: 'other' }), because: 'another strategy counts its uses' },
  { what: 'with an altered time', nonce: (own: string) => altered(own, 5), because: 'it would live longer' },
  { what: 'with altered random bytes', nonce: (own: string) => altered(own, 6), because: 'its uses were never counted' },
  { what: 'with an altered MAC', nonce: (own: string) => altered(own, 35), because: 'all of the MAC counts' },
  { what: 'that is cut off', nonce: (own: string) => own.slice(0, -4), because: 'all of the MAC counts' },
  { what: 'with something behind it', nonce: (own: string) => `${own}AAAA`, because: 'it is not the one that was made' },
];

/** The same bytes for a decoder that is not strict. */
const SPELLINGS = [
  { spelling: 'base64', nonce: (own: string) => Buffer.from(own, 'base64url').toString('base64') },
  { spelling: 'padding', nonce: (own: string) => `${own}=` },
  { spelling: 'a space', nonce: (own: string) => `${own.slice(0, 20)} ${own.slice(20)}` },
  { spelling: 'a space for its last character', nonce: (own: string) => `${own.slice(0, -1)} ` },
  { spelling: 'hexadecimal digits', nonce: (own: string) => Buffer.from(own, 'base64url').toString('hex') },
];

describe.each(ADAPTERS)('nonces of Digest on %s', (adapter) => {
  let app: DigestApp;
  beforeAll(async () => {
    app = await startDigest(adapter, { nonceSecret: SECRET, nonceLifetime: 60 });
  });
  afterAll(() => app.close());
  afterEach(realClock);

  it.each(FOREIGN)('DIG-01: does not take a nonce $what, because $because', async ({ nonce }) => {
    const own = firstOf(await app.challenges());
    const challenge = { ...own, nonce: await nonce(own.nonce, adapter) };
    expectRefused(await app.answer(await app.call({ challenge })), 'true');
    expectRefused(await app.answer(await app.call({ challenge, password: 'wrong' })));
  });

  it.each(SPELLINGS)('DIG-01: does not take a used nonce in another spelling: $spelling', async ({ nonce }) => {
    let challenge = firstOf(await app.challenges());
    while (!/[-_]/.test(challenge.nonce)) challenge = firstOf(await app.challenges());
    expectUser(await app.answer(await app.call({ challenge })), 'Mufasa');
    expectRefused(await app.answer(await app.call({ challenge: { ...challenge, nonce: nonce(challenge.nonce) } })), 'true');
  });

  it('DIG-01: takes the nonce of another instance with the same key', async () => {
    const nonce = await foreignNonce(adapter, { nonceSecret: SECRET });
    expectUser(await app.answer(await app.call({ challenge: { ...firstOf(await app.challenges()), nonce } })), 'Mufasa');
  });

  it('DIG-01: takes a nonce of a key that was given as bytes', async () => {
    const other = await startDigest(adapter, { nonceSecret: new Uint8Array(Buffer.from(SECRET)) });
    const challenge = firstOf(await other.challenges());
    expectUser(await app.answer(await app.call({ challenge })), 'Mufasa');
    await other.close();
  });

  const ages = [
    { seconds: 0, stale: false, because: 'it is new' },
    { seconds: 60, stale: false, because: 'it is good for 60 seconds' },
    { seconds: 60.001, stale: true, because: '60 seconds are over' },
    { seconds: 86_400, stale: true, because: '60 seconds are over' },
  ];
  it.each(ages)('DIG-03: answers stale=$stale to a right response $seconds seconds after the challenge, because $because', async ({ seconds, stale }) => {
    stopDateAt(1_800_000_000);
    const call = await app.call();
    moveDateTo(1_800_000_000 + seconds);
    if (stale) expectRefused(await app.answer(call), 'true');
    else expectUser(await app.answer(call), 'Mufasa');
  });

  const wrong = [
    { what: 'a wrong password', change: { password: 'circle of life' }, because: 'the browser would try it again for ever' },
    { what: 'an unknown user', change: { name: 'Scar' }, because: 'nobody knows a secret of nobody' },
    { what: 'the response to another request', change: { uri: '/api/reads' }, because: 'it is not right' },
  ];
  it.each(wrong)('DIG-03: does not say stale to $what with an expired nonce, because $because', async ({ change }) => {
    stopDateAt(1_800_000_000);
    const call = await app.call(change);
    moveDateTo(1_800_000_061);
    expectRefused(await app.answer(call, {}, { path: '/api/me' }));
  });

  it('DIG-03: lets the client in that answers the new challenge, which says stale', async () => {
    stopDateAt(1_800_000_000);
    const call = await app.call();
    moveDateTo(1_800_000_061);
    expectRefused(await app.answer(call), 'true');
    expectUser(await app.answer(await app.call()), 'Mufasa');
  });

  it('DIG-03: takes a nonce for 300 seconds where nothing else is said', async () => {
    stopDateAt(1_800_000_000);
    const other = await startDigest(adapter);
    const call = await other.call();
    moveDateTo(1_800_000_300);
    expectUser(await other.answer(call), 'Mufasa');
    moveDateTo(1_800_000_300.001);
    expectRefused(await other.answer({ ...call, nc: '00000002' }), 'true');
    await other.close();
  });
});
