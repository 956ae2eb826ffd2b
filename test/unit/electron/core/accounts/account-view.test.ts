import { describe, expect, it } from 'vitest';
import type { Account } from '../../../../../electron/core/accounts/account.ts';
import { accountViews } from '../../../../../electron/core/accounts/account-view.ts';
import { UNUSED } from '../../../../../electron/core/accounts/refresh-token-use.ts';
import { Secret } from '../../../../../electron/core/secret.ts';
import { HOUR, MINUTE, SECOND, START } from '../../../../support/fake-time.ts';
import { flatAccounts } from '../../../../support/flat-accounts.ts';
import { application } from '../../../renderer/vault-view-fixture.ts';

const account = (
  change: Partial<Account> = {},
  expiresIn: number | null = 2 * HOUR + 10 * MINUTE,
): Account => ({
  clientId: 'cid',
  userId: '1001',
  login: 'alice',
  tokens: {
    access: new Secret('a'),
    refresh: new Secret('r'),
    scopes: [],
    obtainedAt: START,
    expiresAt: expiresIn === null ? null : START + expiresIn,
    version: 1,
    use: UNUSED,
  },
  former: [],
  state: 'ok',
  trouble: '',
  blocked: null,
  validatedAt: null,
  checkedAt: null,
  offlineSince: null,
  refreshedAt: null,
  refreshing: false,
  saved: true,
  ...change,
});

const context = {
  applications: [],
  intentsOf: () => [],
  presentationOf: () => ({ displayName: null, picture: null }),
  now: START,
  held: false,
};
const view = (...logins: Account[]) => accountViews(logins, context);
const login = (one: Account) => flatAccounts({ accounts: view(one) })[0];

describe('an account in words', () => {
  const rows: [string, Account, RegExp, RegExp][] = [
    ['well', account(), /^valid$/, /^$/],
    ['never over', account({}, null), /^valid$/, /^$/],
    [
      'offline',
      account({ offlineSince: START }),
      /^valid, Twitch unreachable since \d\d:\d\d$/,
      /goes on by itself/,
    ],
    [
      'refused, still valid',
      account({ state: 'needs-sign-in', trouble: 'no' }),
      /refuses this login \(no\)$/,
      /Sign in again/,
    ],
    [
      'refused, over',
      account({ state: 'needs-sign-in', trouble: 'no' }, -SECOND),
      /refuses this login \(no\)$/,
      /Sign in again/,
    ],
    [
      'left alone',
      account({
        state: 'needs-sign-in',
        trouble: 'no',
        tokens: { ...account().tokens, use: { ...UNUSED, parked: 'used' } },
      }),
      /^used on another computer, or disconnected at Twitch$/,
      /leaves this login alone/,
    ],
    [
      'set up wrongly',
      account({ state: 'setup', trouble: 'x' }),
      /refuses the application \(x\)/,
      /Settings/,
    ],
    ['bare and over', account({ state: 'expired' }, -SECOND), /bare token is over/, /Sign in/],
    ['not on disk', account({ saved: false }), /^valid/, /could not be written/],
  ];
  it.each(rows)('%s', (_name, one, text, advice) => {
    expect(login(one)?.stateText).toMatch(text);
    expect(login(one)?.advice).toMatch(advice);
  });

  it('warns that a bare token will be over within the hour', () => {
    const bare = account({}, 30 * MINUTE);
    bare.tokens.refresh = null;
    expect(login(bare)).toMatchObject({
      canRefresh: false,
      advice: expect.stringMatching(/can’t be renewed/),
    });
  });
});

describe('a person with logins for several applications', () => {
  const applications = [application(START, { clientId: 'first', isDefault: false, label: 'Song bot' })];
  const withDefault = [...applications, application(START, { clientId: 'cid' })];
  const people = [
    account({ clientId: 'first' }),
    account({ userId: '1002', login: 'bob' }),
    account({ clientId: 'cid' }),
    account({ clientId: 'gone-from-here' }),
  ];

  it('is one view, in the order people came, the default application’s login first', () => {
    const views = accountViews(people, { ...context, applications: withDefault });
    expect(views.map(({ login: name, logins }) => [name, logins.map(({ clientId }) => clientId)])).toEqual([
      ['alice', ['cid', 'first', 'gone-from-here']],
      ['bob', ['cid']],
    ]);
  });

  it('keeps the order in which they came where none is of the default application', () => {
    const [alice] = accountViews(people, { ...context, applications });
    expect(alice?.logins.map(({ clientId }) => clientId)).toEqual(['first', 'cid', 'gone-from-here']);
  });

  it('calls an application by its label, else by how its client ID begins', () => {
    const [alice] = accountViews(people, { ...context, applications: withDefault });
    expect(alice?.logins.map((one) => one.application)).toEqual([
      'Application cid…',
      'Song bot',
      'Application gone-fro…',
    ]);
  });

  it('goes by the name that Twitch confirmed last', () => {
    const renamed = account({ clientId: 'first', login: 'alice_live', validatedAt: START + HOUR });
    expect(view(account({ validatedAt: START }), renamed)[0]?.login).toBe('alice_live');
    expect(view(renamed, account({ validatedAt: START + 2 * HOUR }))[0]?.login).toBe('alice');
  });
});
