/** Lines of a vault that is no vault: right answers, nearly right ones, and rubbish. */
import type { WireMethod } from '../../../shared/protocol.ts';
import { type Fields, hostileValue, mutated, whole } from './hostile-json.ts';
import type { SeededChoice } from './seeded-choice.ts';

const USER: Fields = [
  ['userId', '"1"'],
  ['login', '"somebody"'],
  ['scope', '["chat:read"]'],
  ['intents', '["chat"]'],
];
const USER_STATE: Fields = [...USER, ['expiresAt', 'null'], ['state', '"ok"'], ['version', '1']];
const STATE: Fields = [
  ['users', `[${whole(USER_STATE)}]`],
  ['locked', 'false'],
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
  subscribe: [['seq', '0'], ...STATE],
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
  'state',
  'toString',
];

const ERROR_DATA: Fields = [
  ['code', '"denied"'],
  ['retryable', 'false'],
  ['retryAfterMs', '5'],
  ['missing', '["chat:edit"]'],
  ['hint', '"She is live."'],
];

function envelope(choice: SeededChoice, id: string, part: [string, string]): string {
  const fields: Fields = [['jsonrpc', '"2.0"'], ['id', id], part];
  return choice.oneIn(3) ? mutated(fields, choice) : whole(fields);
}

function event(choice: SeededChoice): string {
  const type: [string, string] = ['type', JSON.stringify(choice.pick(EVENTS))];
  const fields: Fields = [['seq', '1'], type, ['userId', '"1"'], ['scope', '[]'], ['version', '2'], ...STATE];
  fields.push(['user', whole(USER_STATE)], ['expiresAt', 'null'], ['reason', '"refreshed"']);
  return `{"jsonrpc":"2.0","method":"event","params":${mutated(fields, choice)}}`;
}

/** One line; `id` is raw JSON, of the request it seems to answer. */
export function hostileAnswer(choice: SeededChoice, id: string, method = choice.pick(METHODS)): string {
  const kind = choice.below(6);
  if (kind === 0) return hostileValue(choice);
  if (kind === 1) return event(choice);
  if (kind === 2) return envelope(choice, id, ['result', hostileValue(choice)]);
  if (kind > 2 && kind < 5) return envelope(choice, id, ['result', mutated(RESULT_FIELDS[method], choice)]);
  const data = choice.oneIn(3) ? hostileValue(choice) : mutated(ERROR_DATA, choice);
  const error: Fields = [
    ['code', '-32000'],
    ['message', '"no"'],
    ['data', data],
  ];
  return envelope(choice, id, ['error', choice.oneIn(2) ? mutated(error, choice) : whole(error)]);
}
