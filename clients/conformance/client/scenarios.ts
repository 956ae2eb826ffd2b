import {
  asksForToken,
  both,
  callsInOrder,
  endsWell,
  fails,
  helloIsRight,
  keepsKeyForm,
  keepsKeyPrivate,
  keepsOldKey,
  leavesKeyFile,
  neverCalls,
} from './expectations.ts';
import { BREAKS, LACED, SQUATTERS } from './hostile-scenarios.ts';
import { PRINTS, type Scenario } from './scenario.ts';
import type { VaultScript } from './scripted-vault.ts';
import { sendAmongUnknown, sendByteByByte, sendReversed } from './send-answer.ts';
import { STATES } from './state-scenarios.ts';
import { helloResult, type Reply, type Responder, refusal } from './vault-behaviour.ts';

const good = (name: string, script: VaultScript): Scenario => ({
  name,
  key: 'own',
  script,
  expectations: [PRINTS],
});

/** Says it knows no key, whatever key is named. */
const knowsNoKey: Responder = (connection, { params }, { randomBytes }) => {
  connection.clientNonce = String(params.nonce);
  connection.serverNonce = randomBytes(32).toString('base64url');
  return { result: helloResult(connection.serverNonce, undefined, false) };
};

/** A token refused with an error: the client must tell its code. */
const refused = (name: string, codes: string[], reply: Reply): Scenario => ({
  name,
  key: 'own',
  script: { behaviour: { getAccessTokenForUser: () => reply } },
  expectations: [['§7', `fails and tells: ${codes.join(' or ')}`, fails(...codes)]],
});

const STARTS: readonly Scenario[] = [
  {
    name: 'first start',
    key: 'none',
    script: { behaviour: {} },
    expectations: [
      ['§3', 'says a right hello', helloIsRight],
      [
        '§3',
        'asks to be paired, and does not authenticate',
        both(callsInOrder('hello', 'pair'), neverCalls('authenticate')),
      ],
      ['§4', 'asks for the token of the user, with the scope', asksForToken],
      PRINTS,
      ['§3', 'keeps the key for its owner alone', keepsKeyPrivate],
      ['§3', 'keeps the key in the common form', keepsKeyForm],
    ],
  },
  {
    name: 'second start',
    key: 'own',
    script: { behaviour: {} },
    expectations: [
      [
        '§3',
        'proves its key, and does not pair',
        both(callsInOrder('hello', 'authenticate'), neverCalls('pair')),
      ],
      PRINTS,
      ['§3', 'leaves its key file alone', leavesKeyFile],
    ],
  },
];

const DELIVERIES: readonly Scenario[] = [
  good('answers byte by byte', { behaviour: {}, send: sendByteByByte, extra: { later: 'ü€😀' } }),
  good('answers in another order', { behaviour: {}, send: sendReversed }),
  good('unknown fields, events and notifications, and a line of 64 KiB', {
    behaviour: {},
    send: sendAmongUnknown,
    extra: { later: { a: [null] } },
  }),
];

const REFUSALS: readonly Scenario[] = [
  refused('denied', ['denied'], refusal('denied')),
  refused('locked', ['locked'], refusal('locked', {}, true)),
  refused('scopes missing', ['scope-missing'], refusal('scope-missing', { missing: ['chat:read'] })),
  refused(
    'an answer that did not come, with a hint',
    ['approval-timeout'],
    refusal('approval-timeout', { hint: 'She is live, so no window was opened.' }, true),
  ),
  refused('an error nobody knows', ['internal', 'from-the-future'], refusal('from-the-future', { later: 1 })),
  refused('an error without data', ['bad-request'], { error: { code: -32601, message: 'no' } }),
  refused('an unknown account', ['unknown-user'], { result: null }),
  {
    name: 'a refused pairing',
    key: 'none',
    script: { behaviour: { pair: () => refusal('denied') } },
    expectations: [
      ['§7', 'fails and tells: denied', fails('denied')],
      ['§3', 'leaves no key file', leavesKeyFile],
    ],
  },
  {
    name: 'locked at hello',
    key: 'own',
    script: { behaviour: { hello: () => refusal('locked', {}, true) } },
    expectations: [
      ['§7', 'fails and tells: locked', fails('locked')],
      ['§3', 'leaves its key file alone', leavesKeyFile],
    ],
  },
];

const KEYS: readonly Scenario[] = [
  {
    name: 'paired: false for its key',
    key: 'own',
    script: { behaviour: { hello: knowsNoKey } },
    expectations: [
      ['§3', 'does not lose the key it has', keepsOldKey],
      ['§12', 'ends well', endsWell],
    ],
  },
  {
    name: 'a key file that others can read',
    key: 'shared',
    script: { behaviour: {} },
    expectations: [
      ['§3', 'does not use it, and fails', both(neverCalls('authenticate', 'pair'), fails())],
      ['§3', 'does not overwrite it', leavesKeyFile],
    ],
  },
  {
    name: 'a damaged key file',
    key: 'damaged',
    script: { behaviour: {} },
    expectations: [
      ['§3', 'does not pair, and fails', both(neverCalls('pair'), fails())],
      ['§3', 'does not overwrite it', leavesKeyFile],
    ],
  },
];

/** Every run, in order: the first two make the key that the others use. */
export const SCENARIOS: readonly Scenario[] = [
  ...STARTS,
  ...DELIVERIES,
  ...STATES,
  ...SQUATTERS,
  ...LACED,
  ...REFUSALS,
  ...KEYS,
  ...BREAKS,
];
