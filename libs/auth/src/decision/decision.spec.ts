import { tokenOf } from '../schemes/bearer-token.js';
import { HTTPBearer } from '../schemes/http-bearer.scheme.js';
import type { SecurityScheme } from '../schemes/scheme.js';
import type { Alternative } from '../scopes/requirement.js';
import { SecurityScopes } from '../scopes/security-scopes.js';
import type { Verification } from '../strategies/strategy.js';
import { decide } from './decision.js';
import type { Decision } from './decision.js';

type Sent = Verification['kind'] | 'absent' | 'malformed' | 'cross-site' | 'without-strategy';

const required = new SecurityScopes(['me']);

/** A scheme that finds in every request what the test says was sent. */
class Given extends HTTPBearer {
  constructor(readonly sent: Sent, name: string) {
    super({ schemeName: name });
  }
  override extract(): ReturnType<HTTPBearer['extract']> {
    if (this.sent === 'absent' || this.sent === 'malformed' || this.sent === 'ambiguous' || this.sent === 'cross-site') return { kind: this.sent };
    return { kind: 'credentials', credentials: { scheme: 'Bearer', credentials: this.sent } };
  }
}

const VERIFICATIONS: Readonly<Record<Verification['kind'], Verification>> = {
  verified: { kind: 'verified', user: 'user', scopes: ['me'], claims: {} },
  refused: { kind: 'refused' },
  ambiguous: { kind: 'ambiguous' },
  rejected: { kind: 'rejected', error: new Error('the answer of the application') },
  unavailable: { kind: 'unavailable', cause: new Error('down') },
};

/** Decides about alternatives of one scheme each; also tells which schemes were asked to verify. */
async function decided(sent: readonly Sent[], scopes: readonly string[] = ['me']): Promise<{ decision: Decision; asked: string[] }> {
  const alternatives = sent.map((each, index): Alternative => ({ terms: [{ scheme: new Given(each, `scheme${String(index)}`), scopes, isUnverified: each === 'without-strategy' && scopes.length === 0 }], absent: [] }));
  return run(alternatives);
}

async function run(alternatives: readonly Alternative[]): Promise<{ decision: Decision; asked: string[] }> {
  const asked: string[] = [];
  const verify = (scheme: SecurityScheme, sent: unknown): Promise<Verification | null> => {
    asked.push(scheme.name);
    const credentials = tokenOf(sent);
    return Promise.resolve(credentials === 'without-strategy' ? null : VERIFICATIONS[credentials as Verification['kind']]);
  };
  return { decision: await decide(alternatives, required, { headers: {} }, verify), asked };
}

describe('The outcome of several alternatives', () => {
  it.each<[readonly Sent[], readonly string[], Decision['kind'], string]>([
    [['verified'], ['me'], 'allow', 'one that holds'],
    [['refused', 'verified'], ['me'], 'allow', 'a later one may hold'],
    [['ambiguous', 'verified'], ['me'], 'allow', 'a malformed request of another alternative does not matter'],
    [['unavailable', 'verified'], ['me'], 'allow', 'a store that is not needed may be down'],
    [['verified', 'ambiguous'], ['other'], 'insufficient-scope', 'who was identified hears of the scope'],
    [['unavailable', 'verified'], ['other'], 'insufficient-scope', 'and before a store that is down'],
    [['cross-site', 'ambiguous'], ['me'], 'invalid-request', 'of two refusals the one that does not depend on a browser'],
    [['unavailable', 'cross-site'], ['me'], 'cross-site', 'the page of another site hears nothing of stores'],
    [['absent', 'cross-site'], ['me'], 'cross-site', 'the cookie was there'],
    [['absent', 'ambiguous'], ['me'], 'invalid-request', 'a malformed request outweighs missing credentials'],
    [['unavailable', 'ambiguous'], ['me'], 'invalid-request', 'and a store that is down'],
    [['refused', 'unavailable'], ['me'], 'unavailable', 'nobody knows whether the store would have allowed it'],
    [['rejected', 'refused'], ['me'], 'rejected', "the application's own answer stands"],
    [['absent', 'refused'], ['me'], 'unauthenticated', 'nothing holds'],
    [['malformed'], ['me'], 'unauthenticated', 'malformed credentials are bad credentials'],
    [['without-strategy'], ['me'], 'unauthenticated', 'credentials that nobody verifies identify nobody'],
    [['without-strategy'], [], 'allow', 'unless code takes them, and verifies them itself'],
    [[], [], 'unauthenticated', 'without any alternative nobody is let in'],
  ])('of %j with the scopes %j is %s: %s', async (sent, scopes, kind) => {
    expect((await decided(sent, scopes)).decision.kind).toBe(kind);
  });

  it('tries them in order and no further than the first that holds', async () => {
    expect((await decided(['refused', 'verified', 'verified'])).asked).toEqual(['scheme0', 'scheme1']);
  });

  it('names one failure per alternative, in order, with its reason', async () => {
    const { decision } = await decided(['absent', 'refused', 'malformed']);
    expect(decision).toMatchObject({
      kind: 'unauthenticated',
      failures: [{ scheme: { name: 'scheme0' }, reason: 'absent' }, { scheme: { name: 'scheme1' }, reason: 'refused' }, { scheme: { name: 'scheme2' }, reason: 'malformed' }],
    });
  });
});

describe('Several schemes in one alternative', () => {
  const [first, second] = [new Given('verified', 'first'), new Given('verified', 'second')];

  it('must all hold', async () => {
    const bad = new Given('refused', 'bad');
    expect((await run([{ terms: [{ scheme: first, scopes: [], isUnverified: false }, { scheme: bad, scopes: [], isUnverified: false }], absent: [] }])).decision.kind).toBe('unauthenticated');
  });

  it('make the caller of the first one the principal', async () => {
    const { decision } = await run([{ terms: [{ scheme: second, scopes: [], isUnverified: false }, { scheme: first, scopes: [], isUnverified: false }], absent: [] }]);
    expect(decision).toMatchObject({ kind: 'allow', principal: { scheme: 'second' } });
  });

  it('are asked once each, however many alternatives name them', async () => {
    const bad = new Given('refused', 'bad');
    const terms = [{ scheme: first, scopes: [], isUnverified: false }, { scheme: bad, scopes: [], isUnverified: false }];
    expect((await run([{ terms, absent: [] }, { terms, absent: [] }])).asked).toEqual(['first', 'bad']);
  });
});

describe('An alternative for callers who sent nothing', () => {
  const alternatives = (scheme: SecurityScheme): readonly Alternative[] => [{ terms: [{ scheme, scopes: [], isUnverified: false }], absent: [] }, { terms: [], absent: [scheme] }];

  it('makes the caller anonymous', async () => {
    const { decision } = await run(alternatives(new Given('absent', 'optional')));
    expect(decision).toMatchObject({ kind: 'allow', principal: { user: undefined, scheme: null, scopes: [] } });
  });

  it.each<[Sent, Decision['kind']]>([['refused', 'unauthenticated'], ['malformed', 'unauthenticated'], ['ambiguous', 'invalid-request'], ['unavailable', 'unavailable'], ['rejected', 'rejected']])(
    'is not for one who sent credentials that are %s',
    async (sent, kind) => {
      expect((await run(alternatives(new Given(sent, 'optional')))).decision.kind).toBe(kind);
    },
  );
});
