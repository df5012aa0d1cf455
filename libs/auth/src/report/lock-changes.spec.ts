import { describe, expect, it } from '@jest/globals';
import { changeReport } from './change-report.js';
import { changesBetween, isObjectionable } from './lock-changes.js';
import type { LockedRoute } from './lock-file.js';

const route = (given: Partial<LockedRoute>): LockedRoute => ({
  route: 'GET /users/me',
  access: 'protected',
  security: [{ oauth2: ['me'] }],
  unverified: [],
  checks: [],
  handler: 'UsersController.read',
  ...given,
});

const told = (before: readonly LockedRoute[], after: readonly LockedRoute[]): readonly string[] => changesBetween(before, after).map(({ kind, text }) => `${kind}: ${text}`);

describe('A change of a route', () => {
  it.each([
    { because: 'a scope is gone', before: { security: [{ oauth2: ['items', 'me'] }] }, after: {}, line: 'weakened: was: oauth2(items, me)  now: oauth2(me)' },
    { because: 'a scope is new', before: {}, after: { security: [{ oauth2: ['items', 'me'] }] }, line: 'tightened: was: oauth2(me)  now: oauth2(items, me)' },
    { because: 'there is another way in', before: {}, after: { security: [{ oauth2: ['me'] }, { apiKey: [] }] }, line: 'weakened: was: oauth2(me)  now: oauth2(me) or apiKey' },
    { because: 'a way in is gone', before: { security: [{ oauth2: ['me'] }, { apiKey: [] }] }, after: {}, line: 'tightened: was: oauth2(me) or apiKey  now: oauth2(me)' },
    { because: 'a second scheme is required', before: {}, after: { security: [{ oauth2: ['me'], apiKey: [] }] }, line: 'tightened: was: oauth2(me)  now: oauth2(me) and apiKey' },
    { because: 'credentials may be absent', before: {}, after: { security: [{ oauth2: ['me'] }, {}] }, line: 'weakened: was: oauth2(me)  now: oauth2(me) or anybody' },
    { because: 'another scheme is required', before: {}, after: { security: [{ apiKey: [] }] }, line: 'weakened: was: oauth2(me)  now: apiKey  (lets in: apiKey; shuts out: oauth2(me))' },
    { because: 'it was made public', before: {}, after: { access: 'public', security: [] }, line: 'weakened: was: oauth2(me)  now: anybody (public)' },
    { because: 'its declarations are gone', before: {}, after: { access: 'open', security: [] }, line: 'weakened: was: oauth2(me)  now: anybody (open)' },
    { because: 'nothing refuses everybody any longer', before: { access: 'denied', security: [] }, after: {}, line: 'weakened: was: nobody (denied)  now: oauth2(me)' },
    { because: 'it is refused to all', before: {}, after: { access: 'denied', security: [] }, line: 'tightened: was: oauth2(me)  now: nobody (denied)' },
    { because: 'what was public lost its declaration', before: { access: 'public', security: [] }, after: { access: 'open', security: [] }, line: 'changed: was: public  now: open' },
    { because: 'the strategy is gone', before: {}, after: { unverified: ['oauth2'] }, line: 'weakened: was: oauth2(me)  now: oauth2(me)  (no longer verified by a strategy: oauth2)' },
    { because: 'there is a strategy now', before: { unverified: ['oauth2'] }, after: {}, line: 'tightened: was: oauth2(me)  now: oauth2(me)  (verified by a strategy now: oauth2)' },
    { because: 'a dependency is gone', before: { checks: ['CurrentUser'] }, after: {}, line: 'weakened: was: oauth2(me)  now: oauth2(me)  (no longer resolved: CurrentUser)' },
    { because: 'a dependency is new', before: {}, after: { checks: ['CurrentUser'] }, line: 'tightened: was: oauth2(me)  now: oauth2(me)  (resolved now: CurrentUser)' },
    { because: 'a dependency was exchanged', before: { checks: ['A'] }, after: { checks: ['B'] }, line: 'weakened: was: oauth2(me)  now: oauth2(me)  (no longer resolved: A; resolved now: B)' },
    { because: 'a scope that code checks is gone', before: { security: [{}], checks: ['SessionUser', 'SessionUser: admin'] }, after: { security: [{}], checks: ['SessionUser'] }, line: 'weakened: was: whom SessionUser.resolve(admin) lets in  now: whom SessionUser.resolve() lets in  (no longer resolved: SessionUser: admin)' },
    { because: 'only code decides now', before: {}, after: { security: [{}], checks: ['Verify'] }, line: 'weakened: was: oauth2(me)  now: whom Verify.resolve() lets in  (resolved now: Verify)' },
  ] as const)('is told as it is, where $because', ({ before, after, line }) => {
    expect(told([route(before as Partial<LockedRoute>)], [route(after as Partial<LockedRoute>)])).toEqual([line]);
  });

  it.each([
    { because: 'the handler has another name', after: { handler: 'ProfileController.show' } },
    { because: 'an alternative is written twice', after: { security: [{ oauth2: ['me'] }, { oauth2: ['me'] }] } },
    { because: 'an alternative lets nobody in whom another does not', after: { security: [{ oauth2: ['me'] }, { oauth2: ['items', 'me'] }] } },
  ])('is none, where $because', ({ after }) => {
    expect(told([route({})], [route(after)])).toEqual([]);
  });
});

describe('Routes that come and go', () => {
  it.each([
    { because: 'it is protected', after: {}, line: 'new: oauth2(me)' },
    { because: 'it is denied', after: { access: 'denied', security: [] }, line: 'new: nobody (denied)' },
    { because: 'it is public', after: { access: 'public', security: [] }, line: 'new public: anybody (public)' },
    { because: 'nothing is declared', after: { access: 'open', security: [] }, line: 'new public: anybody (open)' },
    { because: 'credentials may be absent', after: { security: [{ apiKey: [] }, {}] }, line: 'new public: apiKey or anybody' },
  ] as const)('are told, where $because', ({ after, line }) => {
    expect(told([], [route(after as Partial<LockedRoute>)])).toEqual([line]);
  });

  it.each([
    { because: 'its handler let fewer callers in there', after: { route: 'GET /Users/me', security: [{ oauth2: [] }] }, lines: ['weakened: was GET /users/me: oauth2(me)  now: oauth2', 'gone: was: oauth2(me)'] },
    { because: 'its handler lets the same callers in', after: { route: 'ALL /users/me' }, lines: ['new: oauth2(me)', 'gone: was: oauth2(me)'] },
    { because: 'it is another handler', after: { route: 'GET /users/I', security: [{ oauth2: [] }], handler: 'Other.read' }, lines: ['new: oauth2', 'gone: was: oauth2(me)'] },
    { because: 'nobody knows what answers it', before: { handler: 'no controller' }, after: { route: 'GET /docs', security: [{ oauth2: [] }], handler: 'no controller' }, lines: ['new: oauth2', 'gone: was: oauth2(me)'] },
  ])('are told by another method or path as well, where $because', ({ before = {}, after, lines }) => {
    expect(told([route(before)], [route(after as Partial<LockedRoute>)])).toEqual(lines);
  });

  it('are told when they are gone', () => {
    expect(told([route({})], [])).toEqual(['gone: was: oauth2(me)']);
  });

  it('are compared by handler where one path has several, for versions or hosts', () => {
    const [v1, v2] = [route({ handler: 'V1.read' }), route({ handler: 'V2.read', security: [{ oauth2: ['me', 'items'] }] })];
    expect(told([v1, v2], [v2, v1])).toEqual([]);
    expect(told([v1], [v1, v2])).toEqual(['new: oauth2(me, items)']);
    expect(told([v1, v2], [v1])).toEqual(['gone: was: oauth2(me, items)']);
    expect(told([v1, v2], [v1, route({ handler: 'V3.read' })])).toEqual(['weakened: was: oauth2(me, items)  now: oauth2(me)']);
  });
});

describe('What a reviewer reads', () => {
  const before = [route({ security: [{ oauth2: ['items', 'me'] }] }), route({ route: 'GET /old' })];
  const after = [route({}), route({ route: 'POST /token', access: 'public', security: [], handler: 'TokenController.login' }), route({ route: 'GET /new' })];

  it('is one line per change, what lets more callers in first, with the place', () => {
    const files = new Map([[after[0] as LockedRoute, 'src/users.controller.ts:12']]);
    expect(changeReport(changesBetween(before, after), 'security.lock.json', files).split('\n').slice(0, 4)).toEqual([
      'weakened    GET /users/me  was: oauth2(items, me)  now: oauth2(me)  [UsersController.read, src/users.controller.ts:12]',
      'new public  POST /token    anybody (public)  [TokenController.login]',
      'new         GET /new       oauth2(me)  [UsersController.read]',
      'gone        GET /old       was: oauth2(me)  [UsersController.read]',
    ]);
  });

  it('ends the check for a weakened and a new public route only', () => {
    const kinds = changesBetween(before, after).map((change) => [change.kind, isObjectionable(change)]);
    expect(kinds).toEqual([['weakened', true], ['new public', true], ['new', false], ['gone', false]]);
  });
});
