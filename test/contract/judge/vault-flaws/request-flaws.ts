import type { Json } from '../flawed-vault-fixture.ts';
import {
  asks,
  codeOf,
  error,
  type FlawRow,
  fields,
  instead,
  isNumber,
  mishears,
  NOBODY,
  paramsOf,
  result,
  times,
  widened,
} from './flaw.ts';

export const REQUEST_FLAWS: readonly FlawRow[] = [
  [
    'no lock in the status at first',
    instead(
      times(1, (a, r) => r.method === 'status' && 'result' in a),
      (a) => widened(a, { locked: 'no' }),
    ),
    ['tells its status'],
  ],
  [
    'one subscription',
    instead(times(2, asks('subscribe')), (a) => error(a, 'bad-request')),
    ['takes subscribe, more than once'],
  ],
  [
    'an account less in the state',
    instead(asks('subscribe'), (a) => widened(a, { users: [] })),
    ['answers subscribe with the accounts of its status, and with its lock'],
  ],
  [
    'another lock in the state',
    instead(asks('subscribe'), (a) => widened(a, { locked: true })),
    ['answers subscribe with the accounts of its status, and with its lock'],
  ],
  [
    'a part of the state that never comes',
    { silent: true, ...instead(asks('subscribe'), (a) => widened(a, { more: true })) },
    [
      'answers subscribe with the accounts of its status, and with its lock',
      'says the version of each account in it',
    ],
  ],
  [
    'accounts without a version in the state',
    instead(asks('subscribe'), (a) => {
      const users = (fields(a.result).users as Json[]).map(({ version: _, ...user }) => user);
      return widened(a, { users });
    }),
    ['says the version of each account in it'],
  ],
  [
    'a new account that is not shown',
    {
      silent: true,
      ...instead(times(2, asks('subscribe')), () => ({
        ...{ jsonrpc: '2.0', method: 'event' },
        params: { seq: 1, type: 'account.added', userId: '1', login: 'x' },
      })),
    },
    [
      'takes subscribe, more than once',
      'in all events: numbers without a gap, whole accounts, the state behind an overflow',
    ],
  ],
  [
    'answers under another id',
    instead(
      (a) => a.id === 'a' || a.id === 'b',
      (a) => ({ ...a, id: a.id === 'a' ? 'b' : 'a' }),
    ),
    ['answers each request under its id'],
  ],
  [
    'hangs up in a flood',
    instead(
      (a) => a.id === 'flood-7',
      () => null,
    ),
    ['answers every request of a flood once, or refuses it as busy'],
  ],
  [
    'other refusals in a flood',
    instead(
      (a) => a.id === 'flood-290',
      (a) => error(a, 'denied'),
    ),
    ['answers every request of a flood once, or refuses it as busy'],
  ],
  [
    'an error for an account that is not there',
    instead(
      (a, r) =>
        r.method === 'getAccessTokenForUser' &&
        isNumber(a) &&
        a.result === null &&
        paramsOf(r).user === NOBODY,
      (a) => error(a, 'unknown-user'),
    ),
    ['answers null for an account or intent that is not there'],
  ],
  [
    'null for a refresh of nobody',
    instead(
      (a) => codeOf(a) === 'unknown-user',
      (a) => result(a, null),
    ),
    ['refuses to refresh what is not there'],
  ],
  [
    'scopes for nobody',
    instead(
      (a, r) => r.method === 'getCurrentScopesForUser' && isNumber(a),
      (a) => result(a, ['chat:read']),
    ),
    ['knows no scopes of an unknown account'],
  ],
  ['users as numbers', mishears('"user":1}', '"user":"1"}'), ['refuses wrong params']],
  [
    'a token without its client ID',
    instead(
      (a) => 'accessToken' in fields(a.result),
      (a) => widened(a, { clientId: '' }),
    ),
    ['gives a token of the agreed form, or says why not'],
  ],
  [
    'another code for never',
    instead(
      (a) => codeOf(a) === 'scope-missing' || codeOf(a) === 'denied',
      (a) => error(a, 'approval-timeout'),
    ),
    ['opens no window for interactive "never"', 'in all errors: a known code, rightly retryable'],
  ],
];
