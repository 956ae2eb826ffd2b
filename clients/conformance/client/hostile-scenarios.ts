import { LIMITS } from '../../../shared/protocol.ts';
import { proofOf } from '../../javascript/src/proof.ts';
import { endsWell, fails, saysOnlyHello } from './expectations.ts';
import { type DutyRow, FAILS, type Scenario } from './scenario.ts';
import { helloResult, type Say, theToken } from './vault-behaviour.ts';

const HANGS_UP: DutyRow = ['§3', 'says nothing after hello', saysOnlyHello];

/** A program on the path of the vault; whatever the client asks, it gives. */
const squatter = (name: string, hello: Say): Scenario => ({
  name,
  key: 'own',
  part: {
    manners: {
      hello,
      authenticate(visit) {
        visit.authenticated = true;
        return { result: { clientId: 'x', hasClientSecret: false, users: [] } };
      },
    },
  },
  duties: [HANGS_UP, FAILS],
});

const greeting = (make: (key: Buffer, client: string, server: string) => string | undefined): Say => {
  return (_visit, { params }, { keys, randomBytes }) => {
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
  part: {
    manners: {
      getAccessTokenForUser(_visit, { id }, stock) {
        const answer = `${JSON.stringify({ jsonrpc: '2.0', id, result: theToken(stock) })}\n`;
        return { raw: Buffer.concat([bytes, Buffer.from(answer)]) };
      },
    },
  },
  duties: [['§2', 'believes nothing behind it, and fails', fails()]],
});

/** Programs that sit on the path of the vault and don't have the key. */
export const SQUATTERS: readonly Scenario[] = [
  squatter(
    'a wrong proof',
    greeting((_key, client, server) => proofOf('server', Buffer.alloc(32, 1), client, server)),
  ),
  squatter(
    'no proof',
    greeting(() => undefined),
  ),
  squatter(
    "the client's kind of proof",
    greeting((key, client, server) => proofOf('client', key, client, server)),
  ),
  squatter(
    'a proof over other nonces',
    greeting((key, client) => proofOf('server', key, client, 'A'.repeat(43))),
  ),
  squatter(
    'a proof that is cut off',
    greeting((key, client, server) => proofOf('server', key, client, server).slice(0, 20)),
  ),
  squatter('a nonce of 8 bytes', (_visit, { params }, { keys }) => {
    const key = keys.get(String(params.keyId)) ?? Buffer.alloc(32);
    const nonce = 'AAAAAAAAAAA';
    return { result: helloResult(nonce, proofOf('server', key, String(params.nonce), nonce), true) };
  }),
  squatter('another protocol', (_visit, { params }, { keys, randomBytes }) => {
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
    part: { manners: {} },
    restarts: true,
    duties: [['§5', 'prints the token or fails, in time', endsWell]],
  },
  {
    name: 'a vault that hangs up',
    key: 'own',
    part: { manners: { hello: () => 'hang up' } },
    duties: [FAILS],
  },
  { name: 'nobody there', key: 'own', part: null, duties: [FAILS] },
];
