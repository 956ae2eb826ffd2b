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
import { BREAKS, SQUATTERS } from './hostile-scenarios.ts';
import { PRINTS, type Scenario } from './scenario.ts';
import type { Part } from './scripted-vault.ts';
import { amongUnknown, byteByByte, reversed } from './send-answer.ts';
import { helloResult, type Reply, refusal, type Say } from './vault-behaviour.ts';

const good = (name: string, part: Part): Scenario => ({ name, key: 'own', part, duties: [PRINTS] });

/** Knows nobody, whatever key is named. */
const stranger: Say = (visit, { params }, { randomBytes }) => {
  visit.clientNonce = String(params.nonce);
  visit.serverNonce = randomBytes(32).toString('base64url');
  return { result: helloResult(visit.serverNonce, undefined, false) };
};

/** A token refused with an error: the client must tell its code. */
const told = (name: string, codes: string[], reply: Reply): Scenario => ({
  name,
  key: 'own',
  part: { manners: { getAccessTokenForUser: () => reply } },
  duties: [['§7', `fails and tells: ${codes.join(' or ')}`, fails(...codes)]],
});

const STARTS: readonly Scenario[] = [
  {
    name: 'first start',
    key: 'none',
    part: { manners: {} },
    duties: [
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
    part: { manners: {} },
    duties: [
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
  good('answers byte by byte', { manners: {}, delivery: byteByByte, extra: { later: 'ü€😀' } }),
  good('answers in another order', { manners: {}, delivery: reversed }),
  good('unknown fields, events and notifications, and a line of 64 KiB', {
    manners: {},
    delivery: amongUnknown,
    extra: { later: { a: [null] } },
  }),
];

const REFUSALS: readonly Scenario[] = [
  told('denied', ['denied'], refusal('denied')),
  told('locked', ['locked'], refusal('locked', {}, true)),
  told('scopes missing', ['scope-missing'], refusal('scope-missing', { missing: ['chat:read'] })),
  told('an error nobody knows', ['internal', 'from-the-future'], refusal('from-the-future', { later: 1 })),
  told('an error without data', ['bad-request'], { error: { code: -32601, message: 'no' } }),
  told('an unknown account', ['unknown-user'], { result: null }),
  {
    name: 'a refused pairing',
    key: 'none',
    part: { manners: { pair: () => refusal('denied') } },
    duties: [
      ['§7', 'fails and tells: denied', fails('denied')],
      ['§3', 'leaves no key file', leavesKeyFile],
    ],
  },
  {
    name: 'locked at hello',
    key: 'own',
    part: { manners: { hello: () => refusal('locked', {}, true) } },
    duties: [
      ['§7', 'fails and tells: locked', fails('locked')],
      ['§3', 'leaves its key file alone', leavesKeyFile],
    ],
  },
];

const KEYS: readonly Scenario[] = [
  {
    name: 'paired: false for its key',
    key: 'own',
    part: { manners: { hello: stranger } },
    duties: [
      ['§3', 'does not lose the key it has', keepsOldKey],
      ['§12', 'ends well', endsWell],
    ],
  },
  {
    name: 'a key file that others can read',
    key: 'shared',
    part: { manners: {} },
    duties: [
      ['§3', 'does not use it, and fails', both(neverCalls('authenticate', 'pair'), fails())],
      ['§3', 'does not overwrite it', leavesKeyFile],
    ],
  },
  {
    name: 'a damaged key file',
    key: 'damaged',
    part: { manners: {} },
    duties: [
      ['§3', 'does not pair, and fails', both(neverCalls('pair'), fails())],
      ['§3', 'does not overwrite it', leavesKeyFile],
    ],
  },
];

/** Every run, in order: the first two make the key that the others use. */
export const SCENARIOS: readonly Scenario[] = [
  ...STARTS,
  ...DELIVERIES,
  ...SQUATTERS,
  ...REFUSALS,
  ...KEYS,
  ...BREAKS,
];
