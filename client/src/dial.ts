import {
  type AuthenticateResult,
  type HelloResult,
  LIMITS,
  type PairParams,
  PROTOCOL_VERSION,
  type WireEvent,
} from '../../shared/wire.ts';
import { type Connection, openConnection } from './connection.ts';
import { CastkeyError, timedOut } from './errors.ts';
import { watchOrder } from './event-order.ts';
import type { Host } from './host.ts';
import { readKeyFile, writeKeyFile } from './key-file.ts';
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
  readonly connection: Connection;
  readonly hello: HelloResult;
  readonly nonce: string;
}

/**
 * Opens a connection, goes through the handshake and subscribes to events. Pairs if the vault doesn't
 * know this bot's key; of several processes of one bot that find so at once, one pairs and the others
 * take up its key.
 *
 * @throws CastkeyError Any code.
 */
export async function dial(caller: Caller, attempt: Attempt): Promise<Line> {
  for (;;) {
    const key = await readKeyFile(caller.keyFile, caller.name);
    const order = watchOrder(attempt.onEvent);
    const line = await openConnection({
      path: caller.path,
      host: caller.host,
      timeoutMs: remaining(caller, attempt, LIMITS.handshakeMs),
      keepAlive: caller.keepAlive,
      onEvent: order.take,
    });
    const abort = (): void =>
      line.close(new CastkeyError('connection-lost', 'This program gave up the call.'));
    attempt.signal.addEventListener('abort', abort, { once: true });
    try {
      if (attempt.signal.aborted) abort();
      const welcome = await enter(caller, attempt, line, key);
      if (welcome) {
        const { seq } = await line.request('subscribe', {}, remaining(caller, attempt, LIMITS.handshakeMs));
        order.startAt(seq);
        return { connection: line, welcome };
      }
    } catch (error) {
      line.close(asCastkeyError(error));
      throw error;
    } finally {
      attempt.signal.removeEventListener('abort', abort);
    }
    line.close(new CastkeyError('not-paired', 'Another process of this bot is pairing.'));
    await pause(
      caller.host,
      Math.min(LOCK_POLL_MS, remaining(caller, attempt, LOCK_POLL_MS)),
      attempt.signal,
    );
  }
}

/** @returns undefined when another process is pairing this bot: try again with its key. */
async function enter(
  caller: Caller,
  attempt: Attempt,
  connection: Connection,
  key: PairingKey | undefined,
): Promise<AuthenticateResult | undefined> {
  const greeting = await greet(caller, attempt, connection, key);
  if (key && greeting.hello.paired) {
    const proof = proofOf('client', key.key, greeting.nonce, greeting.hello.nonce);
    return connection.request('authenticate', { proof }, remaining(caller, attempt, LIMITS.handshakeMs));
  }
  if (!attempt.mayPair) {
    throw new CastkeyError('not-paired', `Castkey doesn't know the bot "${caller.name}".`);
  }
  return pairOnce(caller, attempt, connection, key);
}

/** Says hello; with a key that the vault knows, nothing more is said until the vault has proved it. */
async function greet(
  caller: Caller,
  attempt: Attempt,
  connection: Connection,
  key: PairingKey | undefined,
): Promise<Greeting> {
  const { name, version, twitchClientId, host } = caller;
  const nonce = host.randomBytes(NONCE_BYTES).toString('base64url');
  const hello = await connection.request(
    'hello',
    {
      protocol: PROTOCOL_VERSION,
      client: { name, version },
      ...(key ? { keyId: key.keyId } : {}),
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
  if (key && hello.paired) {
    const expected = proofOf('server', key.key, nonce, hello.nonce);
    if (hello.proof === undefined || !sameProof(expected, hello.proof)) {
      throw new CastkeyError('vault-unproven', `What answers at ${caller.path} doesn't know this bot's key.`);
    }
  }
  return { connection, hello, nonce };
}

async function pairOnce(
  caller: Caller,
  attempt: Attempt,
  connection: Connection,
  known: PairingKey | undefined,
): Promise<AuthenticateResult | undefined> {
  const unlock = await takeKeyLock(caller.keyFile, caller.host);
  if (!unlock) return undefined;
  try {
    const newest = await readKeyFile(caller.keyFile, caller.name);
    if (newest?.keyId !== known?.keyId) return undefined;
    const { keyId, key, ...welcome } = await connection.request(
      'pair',
      caller.pairing,
      remaining(caller, attempt, LIMITS.timeoutMs.most),
    );
    await writeKeyFile(caller.keyFile, caller.name, { keyId, key: Buffer.from(key, 'base64url') });
    return welcome;
  } finally {
    await unlock();
  }
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
