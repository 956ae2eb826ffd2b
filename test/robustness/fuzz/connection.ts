/** A hostile connection and its record: what was sent, what that meant, what came back. */
import { proof } from '../../support/test-bot.ts';
import type { FuzzFixture, Keys } from './fuzz-fixture.ts';
import type { HostilePeer } from './hostile-peer.ts';
import { understand } from './reference.ts';

export type Role = 'friend' | 'guest';

export interface Connection {
  peer: HostilePeer;
  /** The nonce every `{{nonce}}` on it stands for. */
  nonce: string;
  sent: Buffer[];
  hungUp: boolean;
  /** The right client proof was sent: from then on it may be let in as this bot. */
  proved: Role | null;
  /** The vault's half of the handshake, once it was said; looked for up to line `seen`. */
  met: Met | null;
  seen: number;
}

/** A connection on which nothing was said yet. */
export function newConnection(peer: HostilePeer, nonce: string): Connection {
  return { peer, nonce, sent: [], hungUp: false, proved: null, met: null, seen: 0 };
}

/** What the vault answered to `hello`, and whose key it proved to know. */
export interface Met {
  server: string;
  proof: string | null;
  role: Role | null;
  key: string | null;
}

/** The vault's half of the handshake on a connection, once it has been said. */
export function metOn(connection: Connection, fixture: FuzzFixture): Met | null {
  const { peer } = connection;
  for (; connection.met === null && connection.seen < peer.said.length; connection.seen += 1) {
    const line = peer.said[connection.seen] ?? '';
    if (!line.includes('"paired"')) continue;
    const { result } = JSON.parse(line) as { result?: { nonce?: string; proof?: string } };
    if (typeof result?.nonce !== 'string') continue;
    const { nonce: server, proof: given = null } = result;
    const owns = ({ key }: Keys): boolean => given === proof('server', key, connection.nonce, server);
    const role = owns(fixture.friend) ? 'friend' : owns(fixture.guest) ? 'guest' : null;
    connection.met = { server, proof: given, role, key: role && fixture[role].key };
  }
  return connection.met;
}

/** Fills in `{{…}}`; `replay` is a right proof of another connection. */
export function fillIn(
  text: string,
  connection: Connection,
  fixture: FuzzFixture,
  replay: string,
  id: number,
): string {
  if (!text.includes('{{')) return text;
  const met =
    text.includes('{{proof}}') || text.includes('{{re') || text.includes('{{tr')
      ? metOn(connection, fixture)
      : null;
  const right = met?.key ? proof('client', met.key, connection.nonce, met.server) : 'unknown';
  const words: Record<string, string> = {
    friend: fixture.friend.keyId,
    guest: fixture.guest.keyId,
    nonce: connection.nonce,
    id: String(id),
    proof: right,
    reflected: met?.proof ?? 'unknown',
    replayed: replay,
    truncated: right.slice(0, -1),
  };
  return text.replace(/\{\{(\w+)\}\}/g, (all, word: string) => words[word] ?? all);
}

/** The right proof of a connection, for another one to replay. */
export function rightProof(connection: Connection, fixture: FuzzFixture): string | null {
  const met = metOn(connection, fixture);
  return met?.key ? proof('client', met.key, connection.nonce, met.server) : null;
}

/** Notes a right proof among what was just sent; the last request of the line decides. */
export function noteProof(connection: Connection, fixture: FuzzFixture): void {
  if (connection.proved !== null) return;
  const met = metOn(connection, fixture);
  if (!met?.key) return;
  const right = proof('client', met.key, connection.nonce, met.server);
  const proves = understand(Buffer.concat(connection.sent)).requests.some(
    ({ method, params }) => method === 'authenticate' && Reflect.get(Object(params), 'proof') === right,
  );
  if (proves) connection.proved = met.role;
}
