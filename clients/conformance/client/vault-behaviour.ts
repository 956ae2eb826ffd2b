import { type HelloResult, PROTOCOL_VERSION, type WireToken } from '../../../shared/protocol.ts';
import { proofOf } from '../../javascript/src/proof.ts';
import type { Asked, Visit } from './client-connection.ts';

/** What a vault says to one request: fields of the answer, raw text instead of it, or that it hangs up. */
export type Reply =
  | { readonly result: unknown }
  | { readonly error: object }
  | { readonly raw: Buffer }
  | 'hang up';

/** What all vaults of one judgement share. */
export interface Stock {
  readonly userId: string;
  readonly accessToken: string;
  /** Keys by their IDs; pairing adds one. */
  readonly keys: Map<string, Buffer>;
  randomBytes(count: number): Buffer;
}

/** How one method is answered. */
export type Say = (visit: Visit, asked: Asked, stock: Stock) => Reply;
/** How a vault answers, by method; what isn't listed is answered as a good vault does. */
export type Manners = Readonly<Record<string, Say>>;

/** An error as the vault gives it. */
export function refusal(code: string, more: object = {}, retryable = false): Reply {
  return { error: { code: -32000, message: 'no', data: { code, retryable, ...more } } };
}

/** The parts of an answer to hello, with this proof and this nonce. */
export function helloResult(nonce: string, proof: string | undefined, paired: boolean): HelloResult {
  const server = { name: 'castkey', version: '0.0.0' } as const;
  return { protocol: PROTOCOL_VERSION, server, nonce, ...(proof === undefined ? {} : { proof }), paired };
}

/** The token that the client must print. */
export function theToken({ userId, accessToken }: Stock): WireToken {
  return {
    accessToken,
    refreshToken: null,
    scope: ['chat:read'],
    expiresIn: 14_000,
    obtainmentTimestamp: Date.now(),
    userId,
    clientId: 'conformance',
    version: 1,
  };
}

const welcome = ({ userId }: Stock): object => ({
  clientId: 'conformance',
  hasClientSecret: false,
  users: [{ userId, login: 'tester', scope: ['chat:read'], intents: [] }],
});

/** A vault as docs/protocol.md has it, with one account. */
export const GOOD: Manners = {
  hello(visit, { params }, { keys, randomBytes }) {
    visit.clientNonce = String(params.nonce);
    visit.serverNonce = randomBytes(32).toString('base64url');
    visit.keyId = String(params.keyId ?? '');
    const key = keys.get(visit.keyId);
    const proof = key && proofOf('server', key, visit.clientNonce, visit.serverNonce);
    return { result: helloResult(visit.serverNonce, proof, key !== undefined) };
  },
  authenticate(visit, { params }, stock) {
    const key = stock.keys.get(visit.keyId);
    if (key === undefined) return refusal('not-paired');
    visit.authenticated = params.proof === proofOf('client', key, visit.clientNonce, visit.serverNonce);
    return visit.authenticated ? { result: welcome(stock) } : refusal('bad-proof');
  },
  pair(visit, _asked, stock) {
    const keyId = stock.randomBytes(9).toString('base64url');
    const key = stock.randomBytes(32);
    stock.keys.set(keyId, key);
    visit.authenticated = true;
    return { result: { keyId, key: key.toString('base64url'), ...welcome(stock) } };
  },
  getAccessTokenForUser: (visit, { params }, stock) => {
    if (!visit.authenticated) return refusal('not-paired');
    return { result: params.user === stock.userId ? theToken(stock) : null };
  },
  subscribe: (visit) => (visit.authenticated ? { result: { seq: 0 } } : refusal('not-paired')),
  getCurrentScopesForUser: () => ({ result: ['chat:read'] }),
  status: (_visit, _asked, { userId }) => ({
    result: {
      server: { name: 'castkey', version: '0.0.0' },
      locked: false,
      users: [{ userId, login: 'tester', scope: ['chat:read'], intents: [], expiresAt: null, state: 'ok' }],
    },
  }),
};

/** What any vault says to a method that isn't one. */
export const NO_METHOD: Reply = {
  error: {
    code: -32601,
    message: 'There is no such method.',
    data: { code: 'bad-request', retryable: false },
  },
};
