import {
  A43,
  codeOf,
  error,
  type FlawRow,
  fields,
  instead,
  isNumber,
  mishears,
  paramsOf,
  result,
  times,
  widened,
  wrongProof,
} from './flaw.ts';

export const HANDSHAKE_FLAWS: readonly FlawRow[] = [
  [
    'another name in hello',
    instead(
      (_a, r, { index }) => index === 0 && r.method === 'hello',
      (a) => widened(a, { server: { name: 'x', version: '1' } }),
    ),
    ['answers hello'],
  ],
  [
    'one nonce for all',
    instead(
      (a, r) => r.method === 'hello' && 'result' in a && !paramsOf(r).keyId,
      (a) => widened(a, { nonce: 'A'.repeat(22) }),
    ),
    ['has a new nonce for each connection'],
  ],
  [
    'long nonces refused',
    instead(
      (_a, r) => String(paramsOf(r).nonce).length === 86,
      (a) => error(a, 'bad-request', -32602),
    ),
    ['takes nonces of 16 and of 64 bytes'],
  ],
  [
    'a proof for strangers',
    instead(
      (_a, r) => paramsOf(r).keyId === 'no-such-key',
      (a) => ('result' in a ? widened(a, { proof: A43 }) : a),
    ),
    ['knows no stranger, and proves nothing to one'],
  ],
  ['any protocol', mishears('"protocol":2', '"protocol":1'), ['refuses another protocol, and hangs up']],
  ['padded nonces', mishears('Bw=="', 'Bw"'), ['refuses what is no nonce']],
  [
    'short nonces',
    mishears(`"nonce":"${Buffer.alloc(15, 7).toString('base64url')}"`, `"nonce":"${A43}"`),
    ['refuses what is no nonce'],
  ],
  ['empty names', mishears('"name":""', '"name":"x"'), ['refuses what is no name']],
  [
    'hello again and again',
    instead(
      (a, r) =>
        r.method === 'hello' &&
        codeOf(a) === 'bad-request' &&
        fields(a.error).code === -32000 &&
        isNumber(a) &&
        paramsOf(r).protocol === 1 &&
        !('keyId' in paramsOf(r)),
      (a) => result(a, {}),
    ),
    ['takes hello once', 'takes hello and authenticate once'],
  ],
  [
    'another code for pair before hello',
    instead(
      (a, r) => r.method === 'pair' && codeOf(a) === 'bad-request',
      (a) => error(a, 'not-paired'),
    ),
    ['refuses authenticate and pair before hello'],
  ],
  [
    'bad-proof for an unknown key',
    instead(
      (a, r) => r.method === 'authenticate' && codeOf(a) === 'not-paired',
      (a) => error(a, 'bad-proof'),
    ),
    ['refuses authenticate where it knows no key'],
  ],
  [
    'status for anybody',
    instead(
      (a, r) => r.method === 'status' && codeOf(a) === 'not-paired',
      (a) => result(a, {}),
    ),
    ['refuses status to a stranger'],
  ],
  [
    'tokens for anybody',
    instead(
      (a, r) => r.method === 'getAnyAccessToken' && codeOf(a) === 'not-paired',
      (a) => result(a, null),
    ),
    ['refuses tokens to a stranger'],
  ],
  [
    'another refusal of a Twitch application',
    instead(
      (_a, r) => r.method === 'hello' && 'twitchClientId' in paramsOf(r),
      (a) => error(a, 'denied'),
    ),
    ['answers a bot for another Twitch application, or refuses it with setup'],
  ],
  [
    'a wrong proof at first',
    instead(
      times(1, (a) => 'proof' in fields(a.result)),
      (a) => widened(a, { proof: A43 }),
    ),
    ['proves that it knows the key'],
  ],
  [
    'another code for a wrong proof',
    instead(
      (a, r) => wrongProof(a, r) === A43,
      (a) => error(a, 'denied'),
    ),
    ['refuses a wrong proof, and hangs up'],
  ],
  [
    'takes its own proof',
    instead(
      (a, r, { answers }) => answers.some((one) => fields(one.result).proof === wrongProof(a, r)),
      (a) => result(a, { clientId: 'x', hasClientSecret: false, users: [] }),
    ),
    ['refuses its own proof sent back, and hangs up', 'in all answers before a proof: nothing of an account'],
  ],
  [
    'another code for an old proof',
    instead(
      (a, r, { answers }) =>
        wrongProof(a, r).length === 43 &&
        wrongProof(a, r) !== A43 &&
        !answers.some((one) => fields(one.result).proof === wrongProof(a, r)),
      (a) => error(a, 'denied'),
    ),
    ['refuses the proof of another connection, and hangs up'],
  ],
  [
    'another code for half a proof',
    instead(
      (a, r) => wrongProof(a, r).length === 42,
      (a) => error(a, 'denied'),
    ),
    ['refuses a proof that is cut off, and hangs up'],
  ],
  [
    'no users at first',
    instead(
      times(1, (a, r) => r.method === 'authenticate' && 'result' in a),
      (a) => result(a, { clientId: 'x', hasClientSecret: false }),
    ),
    ['takes the right proof'],
  ],
  [
    'authenticates twice',
    instead(
      (a, r) =>
        r.method === 'authenticate' &&
        codeOf(a) === 'bad-request' &&
        paramsOf(r).proof === A43 &&
        String(a.id) !== '1',
      (a) => result(a, {}),
    ),
    ['takes hello and authenticate once'],
  ],
];
