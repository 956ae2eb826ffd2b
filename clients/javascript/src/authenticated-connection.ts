import {
  type AuthenticateResult,
  type HelloResult,
  LIMITS,
  type PairParams,
  type PairResult,
  PROTOCOL_VERSION,
  type SubscribeResult,
  type Want,
  type WireEvent,
} from '../../../shared/protocol.ts';
import { type Connection, openConnection } from './connection.ts';
import { CastkeyError, timedOut } from './errors.ts';
import { watchEventOrder } from './event-order.ts';
import { type Host, pause } from './host.ts';
import { type KeyRing, keysOf, readKeyFile, withNewKey, withProvenKey, writeKeyFile } from './key-file.ts';
import { takeKeyLock } from './key-lock.ts';
import { NONCE_BYTES, type PairingKey, proofOf, sameProof } from './proof.ts';

/** Milliseconds between two looks at whether the other process of this bot has finished pairing. */
const LOCK_POLL_MS = 250;

/** The bot that connects, complete: what connect.ts makes of its options. */
export interface BotSettings {
  readonly name: string;
  readonly version: string;
  /** Path of the vault's socket. */
  readonly path: string;
  readonly keyFile: string;
  readonly twitchClientId: string | undefined;
  /** What pairing says of the bot besides its wants. */
  readonly pairing: Pick<PairParams, 'reason' | 'introduces' | 'interactive'>;
  readonly keepAlive: boolean;
  readonly host: Host;
}

/** One try to connect. */
export interface Attempt {
  /** Whether a pairing window may open. */
  readonly mayPair: boolean;
  /** What that window is to ask for: known only when it opens, for it may be what calls need that wait by then. */
  readonly wants: () => readonly Want[];
  /** Milliseconds since 1970. */
  readonly deadline: number;
  readonly onEvent: (event: WireEvent) => void;
  /** Aborts the try. */
  readonly signal: AbortSignal;
}

/** A connection on which both sides have proved who they are, and which is subscribed to events. */
export interface AuthenticatedConnection {
  readonly connection: Connection;
  /** What the vault answered to `authenticate` or `pair`. */
  readonly result: AuthenticateResult;
  /** What it answered to `subscribe`: the whole state, unless it is an older vault. */
  readonly subscription: SubscribeResult;
  /** From now on events are passed on; those that came already at once. */
  hearEvents(): void;
}

/** What the steps of one handshake share. */
interface Handshake {
  readonly bot: BotSettings;
  readonly attempt: Attempt;
  /** The keys of this bot; undefined if it has never paired. */
  readonly ring: KeyRing | undefined;
  /** How many of them, from the latest on, the vault has said it doesn't know. */
  readonly unknownKeys: number;
}

interface HelloOutcome {
  readonly hello: HelloResult;
  readonly nonce: string;
  /** The key that the vault has proved it knows. */
  readonly proven: PairingKey | undefined;
}

/** Why another connection is needed. */
type Retry = 'try the next key' | 'another process pairs';

/**
 * Opens a connection, goes through the handshake and subscribes to events. Pairs if the vault knows
 * none of this bot's keys; of several processes of one bot that find so at once, one pairs and the others
 * take up its key.
 *
 * @throws CastkeyError Any code.
 */
export async function openAuthenticated(
  bot: BotSettings,
  attempt: Attempt,
): Promise<AuthenticatedConnection> {
  let unknownKeys = 0;
  for (;;) {
    const ring = await readKeyFile(bot.keyFile, bot.name);
    const handshake = { bot, attempt, ring, unknownKeys };
    const outcome = await openWithKey(handshake);
    if (typeof outcome === 'object') return outcome;
    unknownKeys = outcome === 'try the next key' ? unknownKeys + 1 : 0;
    if (outcome === 'try the next key') continue;
    await pause(bot.host, Math.min(LOCK_POLL_MS, remaining(handshake, LOCK_POLL_MS)), attempt.signal);
  }
}

/** One connection, which is for one key: hello comes once. */
async function openWithKey(handshake: Handshake): Promise<AuthenticatedConnection | Retry> {
  const { bot, attempt } = handshake;
  const order = watchEventOrder(attempt.onEvent);
  const connection = await openConnection({
    path: bot.path,
    host: bot.host,
    timeoutMs: remaining(handshake, LIMITS.handshakeMs),
    keepAlive: bot.keepAlive,
    onEvent: order.take,
  });
  const abort = (): void =>
    connection.close(new CastkeyError('connection-lost', 'This program gave up the call.'));
  attempt.signal.addEventListener('abort', abort, { once: true });
  try {
    if (attempt.signal.aborted) abort();
    const result = await authenticateOrPair(handshake, connection);
    if (typeof result === 'object') {
      const limit = remaining(handshake, LIMITS.handshakeMs);
      const subscription = await connection.request('subscribe', {}, limit);
      return { connection, result, subscription, hearEvents: () => order.startAt(subscription.seq) };
    }
    connection.close(new CastkeyError('not-paired', 'This call is made again.'));
    return result;
  } catch (error) {
    connection.close(asCastkeyError(error));
    throw error;
  } finally {
    attempt.signal.removeEventListener('abort', abort);
  }
}

async function authenticateOrPair(
  handshake: Handshake,
  connection: Connection,
): Promise<AuthenticateResult | Retry> {
  const { bot, attempt, ring, unknownKeys } = handshake;
  const keyIds = [...new Set(keysOf(ring).map(({ keyId }) => keyId))];
  const keyId = keyIds[Math.min(unknownKeys, keyIds.length - 1)];
  const { hello, nonce, proven } = await sayHello(handshake, connection, keyId);
  if (ring && proven) {
    const proof = proofOf('client', proven.key, nonce, hello.nonce);
    const limit = remaining(handshake, LIMITS.handshakeMs);
    const result = await connection.request('authenticate', { proof }, limit);
    if (!proven.key.equals(ring.key)) await keepProvenKey(bot, ring, proven);
    return result;
  }
  if (unknownKeys + 1 < keyIds.length) return 'try the next key';
  if (!attempt.mayPair) {
    throw new CastkeyError('not-paired', `Castkey doesn't know the bot "${bot.name}".`);
  }
  return pairOnce(handshake, connection);
}

/**
 * An earlier key is good after all, and comes first from now on. While another process pairs, all stays as
 * it is.
 */
async function keepProvenKey(
  { keyFile, name, host }: BotSettings,
  ring: KeyRing,
  proven: PairingKey,
): Promise<void> {
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
async function sayHello(
  handshake: Handshake,
  connection: Connection,
  keyId: string | undefined,
): Promise<HelloOutcome> {
  const { name, version, twitchClientId, host, path } = handshake.bot;
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
    remaining(handshake, LIMITS.handshakeMs),
  );
  if (hello.protocol !== PROTOCOL_VERSION) {
    throw new CastkeyError(
      'unsupported-protocol',
      `Castkey speaks version ${hello.protocol} of the protocol.`,
    );
  }
  if (keyId === undefined || !hello.paired) return { hello, nonce, proven: undefined };
  const proven = keysOf(handshake.ring).find(
    ({ key, keyId: id }) =>
      id === keyId && sameProof(proofOf('server', key, nonce, hello.nonce), hello.proof ?? ''),
  );
  if (proven) return { hello, nonce, proven };
  throw new CastkeyError('vault-unproven', `What answers at ${path} doesn't know this bot's key.`);
}

async function pairOnce(handshake: Handshake, connection: Connection): Promise<AuthenticateResult | Retry> {
  const { bot, attempt, ring: known } = handshake;
  const unlock = await takeKeyLock(bot.keyFile, bot.host);
  if (!unlock) return 'another process pairs';
  try {
    const newest = await readKeyFile(bot.keyFile, bot.name);
    if (!sameKey(newest, known)) return 'another process pairs';
    const { keyId, key, ...result } = await pair(handshake, connection, attempt.wants());
    // Whoever says "paired: false" has proved nothing: the key that was good until now is kept.
    const ring = withNewKey({ keyId, key: Buffer.from(key, 'base64url') }, newest);
    await writeKeyFile(bot.keyFile, bot.name, ring);
    return result;
  } finally {
    await unlock();
  }
}

/** Older vaults refuse to hear of the application's own token, which on them needs no permission. */
async function pair(
  handshake: Handshake,
  connection: Connection,
  wants: readonly Want[],
): Promise<PairResult> {
  const timeoutMs = remaining(handshake, LIMITS.timeoutMs.max);
  try {
    // The vault's answer, which may say why no window asked, is to come before this end gives up.
    const forPeople = Math.ceil(timeoutMs * 0.9);
    const params = { ...handshake.bot.pairing, wants: [...wants], timeoutMs: forPeople };
    return await connection.request('pair', params, timeoutMs);
  } catch (error) {
    const others = wants.filter(({ app }) => !app);
    const isOlder = error instanceof CastkeyError && error.code === 'bad-request';
    if (!isOlder || others.length === wants.length) throw error;
    return pair(handshake, connection, others);
  }
}

function sameKey(one: PairingKey | undefined, other: PairingKey | undefined): boolean {
  return one && other ? one.key.equals(other.key) : one === other;
}

/** Milliseconds that the next step may take: `max`, or what is left of the attempt. */
function remaining({ bot, attempt }: Handshake, max: number): number {
  const left = attempt.deadline - bot.host.now();
  if (left <= 0) throw timedOut('Connecting to Castkey');
  return Math.min(left, max);
}

function asCastkeyError(error: unknown): CastkeyError {
  if (error instanceof CastkeyError) return error;
  return new CastkeyError('connection-lost', 'The handshake failed.', { retryable: true });
}
