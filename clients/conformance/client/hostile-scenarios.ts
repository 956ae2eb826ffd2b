import { LIMITS, type WireToken } from '../../../shared/protocol.ts';
import { proofOf } from '../../javascript/src/proof.ts';
import { both, endsWell, fails, saysNoCommands, saysOnlyHello } from './expectations.ts';
import { type ExpectationRow, FAILS, type Scenario } from './scenario.ts';
import { helloResult, type Responder, theToken } from './vault-behaviour.ts';

const HANGS_UP: ExpectationRow = ['§3', 'says nothing after hello', saysOnlyHello];

/** A program on the path of the vault; whatever the client asks, it gives. */
const squatter = (name: string, hello: Responder): Scenario => ({
  name,
  key: 'own',
  script: {
    behaviour: {
      hello,
      authenticate(connection) {
        connection.authenticated = true;
        return { result: { clientId: 'x', hasClientSecret: false, users: [] } };
      },
    },
  },
  expectations: [HANGS_UP, FAILS],
});

const helloWith = (make: (key: Buffer, client: string, server: string) => string | undefined): Responder => {
  return (_connection, { params }, { keys, randomBytes }) => {
    const nonce = randomBytes(32).toString('base64url');
    const key = keys.get(String(params.keyId)) ?? Buffer.alloc(32);
    return { result: helloResult(nonce, make(key, String(params.nonce), nonce), true) };
  };
};

/** A notification that nobody would mind if its text were in order. */
function notification(text: string | Buffer): Buffer {
  const [head, tail] = ['{"jsonrpc":"2.0","method":"later","params":["', '"]}\n'];
  return Buffer.concat([Buffer.from(head), Buffer.from(text), Buffer.from(tail)]);
}

/** Bytes after which nothing on the connection may be believed; the token follows them. */
const spoiled = (name: string, bytes: Buffer): Scenario => ({
  name,
  key: 'own',
  script: {
    behaviour: {
      getAccessTokenForUser(_connection, { id }, data) {
        const answer = `${JSON.stringify({ jsonrpc: '2.0', id, result: theToken(data) })}\n`;
        return { raw: Buffer.concat([bytes, Buffer.from(answer)]) };
      },
    },
  },
  expectations: [['§2', 'believes nothing behind it, and fails', fails()]],
});

/** A vault that knows the key and gives a token with something in it that would be a command elsewhere. */
const laced = (name: string, lace: (token: WireToken) => WireToken): Scenario => ({
  name,
  key: 'own',
  script: {
    behaviour: { getAccessTokenForUser: (_connection, _request, data) => ({ result: lace(theToken(data)) }) },
  },
  expectations: [['§4', 'hands none of it on, and fails', both(fails(), saysNoCommands)]],
});
const token = (name: string, tail: string): Scenario =>
  laced(`a token with ${name}`, (given) => ({ ...given, accessToken: `${given.accessToken}${tail}` }));

/** What must not reach a header, a file or a terminal, whoever says it. */
export const LACED: readonly Scenario[] = [
  token('a line break', '\r\nX-Injected: yes'),
  token('a NUL', '\u0000'),
  token('an escape', '\u001b]0;injected\u0007'),
  token('a space', ' injected'),
  token('a letter beyond ASCII', 'ä'),
  laced('a client ID with a line break', (given) => ({
    ...given,
    clientId: 'conformance\r\nX-Injected: yes',
  })),
  laced('a scope with an escape', (given) => ({ ...given, scope: ['chat:read', '\u001b[2J'] })),
];

/** Programs that sit on the path of the vault and don't have the key. */
export const SQUATTERS: readonly Scenario[] = [
  squatter(
    'a wrong proof',
    helloWith((_key, client, server) => proofOf('server', Buffer.alloc(32, 1), client, server)),
  ),
  squatter(
    'no proof',
    helloWith(() => undefined),
  ),
  squatter(
    "the client's kind of proof",
    helloWith((key, client, server) => proofOf('client', key, client, server)),
  ),
  squatter(
    'a proof over other nonces',
    helloWith((key, client) => proofOf('server', key, client, 'A'.repeat(43))),
  ),
  squatter(
    'a proof that is cut off',
    helloWith((key, client, server) => proofOf('server', key, client, server).slice(0, 20)),
  ),
  squatter('a nonce of 8 bytes', (_connection, { params }, { keys }) => {
    const key = keys.get(String(params.keyId)) ?? Buffer.alloc(32);
    const nonce = 'AAAAAAAAAAA';
    return { result: helloResult(nonce, proofOf('server', key, String(params.nonce), nonce), true) };
  }),
  squatter('another protocol', (_connection, { params }, { keys, randomBytes }) => {
    const key = keys.get(String(params.keyId)) ?? Buffer.alloc(32);
    const nonce = randomBytes(32).toString('base64url');
    const proof = proofOf('server', key, String(params.nonce), nonce);
    return { result: { ...helloResult(nonce, proof, true), protocol: 2 } };
  }),
];

/** What goes wrong on the way. */
export const BREAKS: readonly Scenario[] = [
  spoiled('a line over 64 KiB', notification('x'.repeat(LIMITS.lineBytes))),
  spoiled('a line that is no UTF-8', notification(Buffer.from([0xe2, 0x82]))),
  spoiled('a line that is no JSON', Buffer.from('{"jsonrpc":\n')),
  {
    name: 'a restart of the vault',
    key: 'own',
    script: { behaviour: {} },
    restarts: true,
    expectations: [['§5', 'prints the token or fails, in time', endsWell]],
  },
  {
    name: 'a vault that hangs up',
    key: 'own',
    script: { behaviour: { hello: () => 'hang up' } },
    expectations: [FAILS],
  },
  { name: 'nobody there', key: 'own', script: null, expectations: [FAILS] },
];
