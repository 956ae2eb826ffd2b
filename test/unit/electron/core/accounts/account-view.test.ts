import { describe, expect, it } from 'vitest';
import type { Account } from '../../../../../electron/core/accounts/account.ts';
import { accountView } from '../../../../../electron/core/accounts/account-view.ts';
import { UNUSED } from '../../../../../electron/core/accounts/refresh-token-use.ts';
import { Secret } from '../../../../../electron/core/secret.ts';
import { HOUR, MINUTE, SECOND, START } from '../../../../support/fake-time.ts';

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
    const view = accountView(one, [], START, false);
    expect(view.stateText).toMatch(text);
    expect(view.advice).toMatch(advice);
  });

  it('warns that a bare token will be over within the hour', () => {
    const bare = account({}, 30 * MINUTE);
    bare.tokens.refresh = null;
    expect(accountView(bare, [], START, false)).toMatchObject({
      canRefresh: false,
      advice: expect.stringMatching(/can’t be renewed/),
    });
  });
});
