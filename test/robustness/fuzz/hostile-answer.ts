/** Lines of a vault that is no vault: right answers, nearly right ones, and rubbish. */
import type { WireMethod } from '../../../shared/protocol.ts';
import type { Dice } from './dice.ts';
import { type Fields, hostileValue, mutated, whole } from './hostile-json.ts';

const USER: Fields = [
  ['userId', '"1"'],
  ['login', '"somebody"'],
  ['scope', '["chat:read"]'],
  ['intents', '["chat"]'],
];
const TOKEN: Fields = [
  ['accessToken', '"token-1"'],
  ['refreshToken', 'null'],
  ['scope', '["chat:read"]'],
  ['expiresIn', '14400'],
  ['obtainmentTimestamp', '1767268800000'],
  ['userId', '"1"'],
  ['clientId', '"client"'],
  ['version', '1'],
];
const WELCOME: Fields = [
  ['clientId', '"client"'],
  ['hasClientSecret', 'false'],
  ['users', `[${whole(USER)}]`],
];
const SERVER: Fields = [
  ['name', '"castkey"'],
  ['version', '"1"'],
];

/** The fields of a right result, as raw texts. */
export const RESULT_FIELDS: Record<WireMethod, Fields> = {
  hello: [
    ['protocol', '1'],
    ['server', whole(SERVER)],
    ['nonce', '"c2VydmVyLW5vbmNlLXNlcnZlcg"'],
    ['paired', 'false'],
  ],
  authenticate: WELCOME,
  pair: [...WELCOME, ['keyId', '"key-1"'], ['key', `"${Buffer.alloc(32, 7).toString('base64url')}"`]],
  getAccessTokenForUser: TOKEN,
  getAccessTokenForIntent: TOKEN,
  getAnyAccessToken: TOKEN,
  getAppAccessToken: TOKEN,
  getCurrentScopesForUser: [],
  refreshAccessTokenForUser: TOKEN,
  refreshAccessTokenForIntent: TOKEN,
  subscribe: [['seq', '0']],
  status: [
    ['server', whole(SERVER)],
    ['locked', 'false'],
    ['users', '[]'],
  ],
};
const METHODS = Object.keys(RESULT_FIELDS) as WireMethod[];
const EVENTS = [
  'token.changed',
  'token.invalidated',
  'account.removed',
  'grant.revoked',
  'overflow',
  'toString',
];

const ERROR_DATA: Fields = [
  ['code', '"denied"'],
  ['retryable', 'false'],
  ['retryAfterMs', '5'],
  ['missing', '["chat:edit"]'],
];

function envelope(dice: Dice, id: string, part: [string, string]): string {
  const fields: Fields = [['jsonrpc', '"2.0"'], ['id', id], part];
  return dice.oneIn(3) ? mutated(fields, dice) : whole(fields);
}

function event(dice: Dice): string {
  const type: [string, string] = ['type', JSON.stringify(dice.pick(EVENTS))];
  const fields: Fields = [['seq', '1'], type, ['userId', '"1"'], ['scope', '[]'], ['version', '2']];
  return `{"jsonrpc":"2.0","method":"event","params":${mutated(fields, dice)}}`;
}

/** One line; `id` is raw JSON, of the request it seems to answer. */
export function hostileAnswer(dice: Dice, id: string, method = dice.pick(METHODS)): string {
  const kind = dice.roll(6);
  if (kind === 0) return hostileValue(dice);
  if (kind === 1) return event(dice);
  if (kind === 2) return envelope(dice, id, ['result', hostileValue(dice)]);
  if (kind > 2 && kind < 5) return envelope(dice, id, ['result', mutated(RESULT_FIELDS[method], dice)]);
  const data = dice.oneIn(3) ? hostileValue(dice) : mutated(ERROR_DATA, dice);
  const error: Fields = [
    ['code', '-32000'],
    ['message', '"no"'],
    ['data', data],
  ];
  return envelope(dice, id, ['error', dice.oneIn(2) ? mutated(error, dice) : whole(error)]);
}
