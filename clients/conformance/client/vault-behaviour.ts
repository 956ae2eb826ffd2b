import {
  type HelloResult,
  PROTOCOL_VERSION,
  type UserState,
  type WireToken,
} from '../../../shared/protocol.ts';
import { proofOf } from '../../javascript/src/proof.ts';
import type { ClientConnection, ReceivedRequest } from './client-connection.ts';

/** What a vault says to one request: fields of the answer, raw text instead of it, or that it hangs up. */
export type Reply =
  | { readonly result: unknown }
  | { readonly error: object }
  | { readonly raw: Buffer }
  | 'hang up';

/** What all vaults of one judgement share. */
export interface TestData {
  readonly userId: string;
  readonly accessToken: string;
  /** Keys by their IDs; pairing adds one. */
  readonly keys: Map<string, Buffer>;
  randomBytes(count: number): Buffer;
}

/** How one method is answered. */
export type Responder = (connection: ClientConnection, request: ReceivedRequest, data: TestData) => Reply;
/** How a vault answers, by method; what isn't listed is answered as a good vault does. */
export type VaultBehaviour = Readonly<Record<string, Responder>>;

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
export function theToken({ userId, accessToken }: TestData): WireToken {
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

/** The one account there is, as it stands. */
export function theUser({ userId }: TestData): UserState {
  const user = { userId, login: 'tester', scope: ['chat:read'], intents: [] };
  return { ...user, expiresAt: null, state: 'ok', version: 1 };
}

const welcome = ({ userId }: TestData): object => ({
  clientId: 'conformance',
  hasClientSecret: false,
  users: [{ userId, login: 'tester', scope: ['chat:read'], intents: [] }],
});

/** A vault as docs/protocol.md has it, with one account. */
export const CONFORMING: VaultBehaviour = {
  hello(connection, { params }, { keys, randomBytes }) {
    connection.clientNonce = String(params.nonce);
    connection.serverNonce = randomBytes(32).toString('base64url');
    connection.keyId = String(params.keyId ?? '');
    const key = keys.get(connection.keyId);
    const proof = key && proofOf('server', key, connection.clientNonce, connection.serverNonce);
    return { result: helloResult(connection.serverNonce, proof, key !== undefined) };
  },
  authenticate(connection, { params }, data) {
    const key = data.keys.get(connection.keyId);
    if (key === undefined) return refusal('not-paired');
    connection.authenticated =
      params.proof === proofOf('client', key, connection.clientNonce, connection.serverNonce);
    return connection.authenticated ? { result: welcome(data) } : refusal('bad-proof');
  },
  pair(connection, _request, data) {
    const keyId = data.randomBytes(9).toString('base64url');
    const key = data.randomBytes(32);
    data.keys.set(keyId, key);
    connection.authenticated = true;
    return { result: { keyId, key: key.toString('base64url'), ...welcome(data) } };
  },
  getAccessTokenForUser: (connection, { params }, data) => {
    if (!connection.authenticated) return refusal('not-paired');
    return { result: params.user === data.userId ? theToken(data) : null };
  },
  subscribe: (connection, _request, data) =>
    connection.authenticated
      ? { result: { seq: 0, users: [theUser(data)], locked: false } }
      : refusal('not-paired'),
  getCurrentScopesForUser: () => ({ result: ['chat:read'] }),
  status: (_connection, _request, data) => ({
    result: {
      server: { name: 'castkey', version: '0.0.0' },
      locked: false,
      application: { clientId: 'conformance', kind: 'public' },
      users: [theUser(data)],
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
