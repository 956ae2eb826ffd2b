/** Lines for the vault: right ones, nearly right ones, and rubbish. */
import type { WireMethod } from '../../../shared/protocol.ts';
import { type Fields, hostileText, hostileValue, mutated, whole } from './hostile-json.ts';
import type { SeededChoice } from './seeded-choice.ts';

/** Each method with parameters the vault takes; `{{…}}` is filled in when the line is sent. */
const RIGHT: Record<WireMethod, (choice: SeededChoice) => Fields> = {
  hello: (choice) => [
    ['protocol', choice.oneIn(8) ? choice.pick(['0', '2', '"1"', '1.5', 'null']) : '1'],
    ['client', '{"name":"fuzzer","version":"1"}'],
    ...(choice.oneIn(3)
      ? []
      : ([['keyId', choice.pick(['"{{friend}}"', '"{{guest}}"', '"nobody"'])]] as Fields)),
    ['nonce', '"{{nonce}}"'],
  ],
  authenticate: (choice) => [
    [
      'proof',
      choice.pick(['"{{proof}}"', '"{{proof}}"', '"{{reflected}}"', '"{{replayed}}"', '"{{truncated}}"']),
    ],
  ],
  pair: (choice) => [
    ['reason', '"I am curious"'],
    ['wants', choice.pick(['[]', '[{"user":"1001"}]', '[{"intent":"chat","scopes":[["chat:read"]]}]'])],
  ],
  getAccessTokenForUser: (choice) => [['user', user(choice)], ...patience(choice)],
  getAccessTokenForIntent: (choice) => [['intent', choice.pick(['"chat"', '"none"'])], ...patience(choice)],
  getAnyAccessToken: (choice) => (choice.oneIn(2) ? [] : [['user', user(choice)]]),
  getAppAccessToken: (choice) => [['forceNew', choice.pick(['true', 'false'])]],
  getCurrentScopesForUser: (choice) => [['user', user(choice)]],
  refreshAccessTokenForUser: (choice) => [
    ['user', user(choice)],
    ['rejected', `"${'0'.repeat(64)}"`],
  ],
  refreshAccessTokenForIntent: (choice) => [['intent', choice.pick(['"chat"', '"none"'])]],
  subscribe: () => [],
  status: () => [],
};
const METHODS = Object.keys(RIGHT) as WireMethod[];
const NO_METHODS = ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'event', 'getRefreshToken', ''];

const user = (choice: SeededChoice): string => choice.pick(['"1001"', '"1002"', '"999"']);
function patience(choice: SeededChoice): Fields {
  const fields: Fields = [
    [
      'scopeSets',
      choice.pick(['[]', '[["chat:read"]]', '[["chat:edit"]]', '[["chat:read","bits:read"],["clips:edit"]]']),
    ],
    ['minValidity', choice.pick(['0', '60', '14400', '86400'])],
    ['interactive', choice.pick(['"never"', '"never"', '"allow"'])],
    ['timeoutMs', choice.pick(['1', '5000', '120000', '600000', '999999999'])],
  ];
  return fields.filter(() => !choice.oneIn(3));
}

/** A request all of whose fields are as they should be. */
export function rightLine(choice: SeededChoice, method = choice.pick(METHODS)): string {
  return whole(envelope(choice, method, whole(RIGHT[method](choice))));
}

function envelope(choice: SeededChoice, method: string, params: string): Fields {
  const id = choice.oneIn(5)
    ? choice.pick(['1', '"1"', '0', '-0', '1.5', '1e308', '"{{friend}}"'])
    : '{{id}}';
  return [
    ['jsonrpc', '"2.0"'],
    ['id', id],
    ['method', JSON.stringify(method)],
    ['params', params],
  ];
}

const RUBBISH: ((choice: SeededChoice) => string)[] = [
  () => '',
  () => ' ',
  (choice) => hostileValue(choice),
  (choice) => rightLine(choice).slice(0, -1 - choice.below(20)),
  (choice) => `[${rightLine(choice)},${rightLine(choice)}]`,
  (choice) => `${rightLine(choice)} ${rightLine(choice)}`,
  (choice) => `\ufeff${rightLine(choice)}`,
  (choice) => `${rightLine(choice)}\r`,
  (choice) => '['.repeat(choice.pick([10_000, 60_000])),
  (choice) => `{"__proto__":${rightLine(choice)}}`,
];

/** Any line: about half of them are requests that deserve an answer of their own. */
export function anyLine(choice: SeededChoice): string {
  const kind = choice.below(10);
  if (kind < 4) return rightLine(choice);
  if (kind === 4) return choice.pick(RUBBISH)(choice);
  const method = choice.pick(METHODS);
  if (kind === 5) return mutated(envelope(choice, method, hostileValue(choice)), choice);
  if (kind === 6) return whole(envelope(choice, choice.pick(NO_METHODS), hostileValue(choice)));
  if (kind === 7)
    return whole(
      envelope(choice, method, '{}').map(([key, value]) => [key, key === 'id' ? hostileText(choice) : value]),
    );
  return whole(envelope(choice, method, mutated(RIGHT[method](choice), choice)));
}
