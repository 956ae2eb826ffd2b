/** Lines for the vault: right ones, nearly right ones, and rubbish. */
import type { WireMethod } from '../../../shared/protocol.ts';
import type { Dice } from './dice.ts';
import { type Fields, hostileText, hostileValue, mutated, whole } from './hostile-json.ts';

/** Each method with parameters the vault takes; `{{…}}` is filled in when the line is sent. */
const RIGHT: Record<WireMethod, (dice: Dice) => Fields> = {
  hello: (dice) => [
    ['protocol', dice.oneIn(8) ? dice.pick(['0', '2', '"1"', '1.5', 'null']) : '1'],
    ['client', '{"name":"fuzzer","version":"1"}'],
    ...(dice.oneIn(3) ? [] : ([['keyId', dice.pick(['"{{friend}}"', '"{{guest}}"', '"nobody"'])]] as Fields)),
    ['nonce', '"{{nonce}}"'],
  ],
  authenticate: (dice) => [
    [
      'proof',
      dice.pick(['"{{proof}}"', '"{{proof}}"', '"{{reflected}}"', '"{{replayed}}"', '"{{truncated}}"']),
    ],
  ],
  pair: (dice) => [
    ['reason', '"I am curious"'],
    ['wants', dice.pick(['[]', '[{"user":"1001"}]', '[{"intent":"chat","scopes":[["chat:read"]]}]'])],
  ],
  getAccessTokenForUser: (dice) => [['user', user(dice)], ...patience(dice)],
  getAccessTokenForIntent: (dice) => [['intent', dice.pick(['"chat"', '"none"'])], ...patience(dice)],
  getAnyAccessToken: (dice) => (dice.oneIn(2) ? [] : [['user', user(dice)]]),
  getAppAccessToken: (dice) => [['forceNew', dice.pick(['true', 'false'])]],
  getCurrentScopesForUser: (dice) => [['user', user(dice)]],
  refreshAccessTokenForUser: (dice) => [
    ['user', user(dice)],
    ['rejected', `"${'0'.repeat(64)}"`],
  ],
  refreshAccessTokenForIntent: (dice) => [['intent', dice.pick(['"chat"', '"none"'])]],
  subscribe: () => [],
  status: () => [],
};
const METHODS = Object.keys(RIGHT) as WireMethod[];
const NO_METHODS = ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'event', 'getRefreshToken', ''];

const user = (dice: Dice): string => dice.pick(['"1001"', '"1002"', '"999"']);
function patience(dice: Dice): Fields {
  const fields: Fields = [
    [
      'scopeSets',
      dice.pick(['[]', '[["chat:read"]]', '[["chat:edit"]]', '[["chat:read","bits:read"],["clips:edit"]]']),
    ],
    ['minValidity', dice.pick(['0', '60', '14400', '86400'])],
    ['interactive', dice.pick(['"never"', '"never"', '"allow"'])],
    ['timeoutMs', dice.pick(['1', '5000', '120000', '600000', '999999999'])],
  ];
  return fields.filter(() => !dice.oneIn(3));
}

/** A request all of whose fields are as they should be. */
export function rightLine(dice: Dice, method = dice.pick(METHODS)): string {
  return whole(envelope(dice, method, whole(RIGHT[method](dice))));
}

function envelope(dice: Dice, method: string, params: string): Fields {
  const id = dice.oneIn(5) ? dice.pick(['1', '"1"', '0', '-0', '1.5', '1e308', '"{{friend}}"']) : '{{id}}';
  return [
    ['jsonrpc', '"2.0"'],
    ['id', id],
    ['method', JSON.stringify(method)],
    ['params', params],
  ];
}

const RUBBISH: ((dice: Dice) => string)[] = [
  () => '',
  () => ' ',
  (dice) => hostileValue(dice),
  (dice) => rightLine(dice).slice(0, -1 - dice.roll(20)),
  (dice) => `[${rightLine(dice)},${rightLine(dice)}]`,
  (dice) => `${rightLine(dice)} ${rightLine(dice)}`,
  (dice) => `\ufeff${rightLine(dice)}`,
  (dice) => `${rightLine(dice)}\r`,
  (dice) => '['.repeat(dice.pick([10_000, 60_000])),
  (dice) => `{"__proto__":${rightLine(dice)}}`,
];

/** Any line: about half of them are requests that deserve an answer of their own. */
export function anyLine(dice: Dice): string {
  const kind = dice.roll(10);
  if (kind < 4) return rightLine(dice);
  if (kind === 4) return dice.pick(RUBBISH)(dice);
  const method = dice.pick(METHODS);
  if (kind === 5) return mutated(envelope(dice, method, hostileValue(dice)), dice);
  if (kind === 6) return whole(envelope(dice, dice.pick(NO_METHODS), hostileValue(dice)));
  if (kind === 7)
    return whole(
      envelope(dice, method, '{}').map(([key, value]) => [key, key === 'id' ? hostileText(dice) : value]),
    );
  return whole(envelope(dice, method, mutated(RIGHT[method](dice), dice)));
}
