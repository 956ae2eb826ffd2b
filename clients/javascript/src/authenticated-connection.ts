import {
  type AuthenticateResult,
  type HelloResult,
  LIMITS,
  type PairParams,
  PROTOCOL_VERSION,
  type WireEvent,
} from '../../../shared/protocol.ts';
import { type Connection, openConnection } from './connection.ts';
import { CastkeyError, timedOut } from './errors.ts';
import { watchOrder } from './event-order.ts';
import type { Host } from './host.ts';
import { type KeyRing, keysOf, readKeyFile, withNewKey, withProvenKey, writeKeyFile } from './key-file.ts';
import { takeKeyLock } from './key-lock.ts';
import { NONCE_BYTES, type PairingKey, proofOf, sameProof } from './proof.ts';

/** Milliseconds between two looks at whether the other process of this bot has finished pairing. */
const LOCK_POLL_MS = 250;

/** Who calls, and how. */
export interface Caller {
  readonly name: string;
  readonly version: string;
  readonly path: string;
  readonly keyFile: string;
  readonly twitchClientId: string | undefined;
  readonly pairing: PairParams;
  readonly keepAlive: boolean;
  readonly host: Host;
}

/** One try to get through to the vault. */
export interface Attempt {
  /** Whether a pairing window may open. */
  readonly mayPair: boolean;
  /** Milliseconds since 1970. */
  readonly deadline: number;
  readonly onEvent: (event: WireEvent) => void;
  /** Aborts the try. */
  readonly signal: AbortSignal;
}

/** A connection on which both sides have proved who they are and events are flowing. */
export interface Line {
  readonly connection: Connection;
  readonly welcome: AuthenticateResult;
}

interface Greeting {
  readonly hello: HelloResult;
  readonly nonce: string;
  /** The key that the vault has proved it knows. */
  readonly proven: PairingKey | undefined;
}

/** What a call came to if it isn't a line yet. */
type Again = 'try the next key' | 'another process pairs';

/**
 * Opens a connection, goes through the handshake and subscribes to events. Pairs if the vault knows
 * none of this bot's keys; of several processes of one bot that find so at once, one pairs and the others
 * take up its key.
 *
 * @throws CastkeyError Any code.
 */
export async function dial(caller: Caller, attempt: Attempt): Promise<Line> {
  let unknownKeys = 0;
  for (;;) {
    const ring = await readKeyFile(caller.keyFile, caller.name);
    const outcome = await call(caller, attempt, ring, unknownKeys);
    if (typeof outcome === 'object') return outcome;
    unknownKeys = outcome === 'try the next key' ? unknownKeys + 1 : 0;
    if (outcome === 'try the next key') continue;
    await pause(
      caller.host,
      Math.min(LOCK_POLL_MS, remaining(caller, attempt, LOCK_POLL_MS)),
      attempt.signal,
    );
  }
}

/** One connection, which is for one key: hello comes once. */
async function call(
  caller: Caller,
  attempt: Attempt,
  ring: KeyRing | undefined,
  unknownKeys: number,
): Promise<Line | Again> {
  const order = watchOrder(attempt.onEvent);
  const line = await openConnection({
    path: caller.path,
    host: caller.host,
    timeoutMs: remaining(caller, attempt, LIMITS.handshakeMs),
    keepAlive: caller.keepAlive,
    onEvent: order.take,
  });
  const abort = (): void => line.close(new CastkeyError('connection-lost', 'This program gave up the call.'));
  attempt.signal.addEventListener('abort', abort, { once: true });
  try {
    if (attempt.signal.aborted) abort();
    const welcome = await enter(caller, attempt, line, ring, unknownKeys);
    if (typeof welcome === 'object') {
      const { seq } = await line.request('subscribe', {}, remaining(caller, attempt, LIMITS.handshakeMs));
      order.startAt(seq);
      return { connection: line, welcome };
    }
    line.close(new CastkeyError('not-paired', 'This call is made again.'));
    return welcome;
  } catch (error) {
    line.close(asCastkeyError(error));
    throw error;
  } finally {
    attempt.signal.removeEventListener('abort', abort);
  }
}

async function enter(
  caller: Caller,
  attempt: Attempt,
  connection: Connection,
  ring: KeyRing | undefined,
  unknownKeys: number,
): Promise<AuthenticateResult | Again> {
  const keyIds = [...new Set(keysOf(ring).map(({ keyId }) => keyId))];
  const keyId = keyIds[Math.min(unknownKeys, keyIds.length - 1)];
  const { hello, nonce, proven } = await greet(caller, attempt, connection, keyId, ring);
  if (ring && proven) {
    const proof = proofOf('client', proven.key, nonce, hello.nonce);
    const limit = remaining(caller, attempt, LIMITS.handshakeMs);
    const welcome = await connection.request('authenticate', { proof }, limit);
    if (!proven.key.equals(ring.key)) await settleOn(caller, ring, proven);
    return welcome;
  }
  if (unknownKeys + 1 < keyIds.length) return 'try the next key';
  if (!attempt.mayPair) {
    throw new CastkeyError('not-paired', `Castkey doesn't know the bot "${caller.name}".`);
  }
  return pairOnce(caller, attempt, connection, ring);
}

/** An earlier key is good after all, and comes first from now on. While another process pairs, all stays as it is. */
async function settleOn({ keyFile, name, host }: Caller, ring: KeyRing, proven: PairingKey): Promise<void> {
  const unlock = await takeKeyLock(keyFile, host);
  if (!unlock) return;
  try {
    const newest = await readKeyFile(keyFile, name);
    if (newest?.key.equals(ring.key)) await writeKeyFile(keyFile, name, withProvenKey(proven, newest));
  } finally {
    await unlock();
  }
}

/** Says hello; with a key that the vault knows, nothing more is said until the vault has proved it. */
async function greet(
  caller: Caller,
  attempt: Attempt,
  connection: Connection,
  keyId: string | undefined,
  ring: KeyRing | undefined,
): Promise<Greeting> {
  const { name, version, twitchClientId, host } = caller;
  const nonce = host.randomBytes(NONCE_BYTES).toString('base64url');
  const hello = await connection.request(
    'hello',
    {
      protocol: PROTOCOL_VERSION,
      client: { name, version },
      ...(keyId === undefined ? {} : { keyId }),
      nonce,
      ...(twitchClientId === undefined ? {} : { twitchClientId }),
    },
    remaining(caller, attempt, LIMITS.handshakeMs),
  );
  if (hello.protocol !== PROTOCOL_VERSION) {
    throw new CastkeyError(
      'unsupported-protocol',
      `Castkey speaks version ${hello.protocol} of the protocol.`,
    );
  }
  if (keyId === undefined || !hello.paired) return { hello, nonce, proven: undefined };
  const proven = keysOf(ring).find(
    ({ key, keyId: id }) =>
      id === keyId && sameProof(proofOf('server', key, nonce, hello.nonce), hello.proof ?? ''),
  );
  if (proven) return { hello, nonce, proven };
  throw new CastkeyError('vault-unproven', `What answers at ${caller.path} doesn't know this bot's key.`);
}

async function pairOnce(
  caller: Caller,
  attempt: Attempt,
  connection: Connection,
  known: KeyRing | undefined,
): Promise<AuthenticateResult | Again> {
  const unlock = await takeKeyLock(caller.keyFile, caller.host);
  if (!unlock) return 'another process pairs';
  try {
    const newest = await readKeyFile(caller.keyFile, caller.name);
    if (!sameKey(newest, known)) return 'another process pairs';
    const { keyId, key, ...welcome } = await connection.request(
      'pair',
      caller.pairing,
      remaining(caller, attempt, LIMITS.timeoutMs.max),
    );
    // Whoever says "paired: false" has proved nothing: the key that was good until now is kept.
    const ring = withNewKey({ keyId, key: Buffer.from(key, 'base64url') }, newest);
    await writeKeyFile(caller.keyFile, caller.name, ring);
    return welcome;
  } finally {
    await unlock();
  }
}

function sameKey(one: PairingKey | undefined, other: PairingKey | undefined): boolean {
  return one && other ? one.key.equals(other.key) : one === other;
}

/** Milliseconds that the next step may take: `most`, or what is left of the attempt. */
function remaining({ host }: Caller, { deadline }: Attempt, most: number): number {
  const left = deadline - host.now();
  if (left <= 0) throw timedOut('Connecting to Castkey');
  return Math.min(left, most);
}

function pause(host: Host, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      cancel();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const cancel = host.after(ms, done);
    signal.addEventListener('abort', done, { once: true });
  });
}

function asCastkeyError(error: unknown): CastkeyError {
  if (error instanceof CastkeyError) return error;
  return new CastkeyError('connection-lost', 'The handshake failed.', { retryable: true });
}
