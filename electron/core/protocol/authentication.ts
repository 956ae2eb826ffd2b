/** Who is at the other end of one connection: hello, then the proof of a key or a pairing. */
import { LIMITS, PROTOCOL_VERSION } from '../../../shared/protocol.ts';
import { CLIENT_ID } from '../applications/application.ts';
import type { Applications } from '../applications/applications.ts';
import { badApplication } from '../applications/failures.ts';
import type { Bot } from '../bots/bot.ts';
import { applicationChange } from '../bots/bot-application.ts';
import type { BotConnection } from '../bots/bot-connection.ts';
import type { Bots } from '../bots/bots.ts';
import type { Pair } from '../bots/pairing.ts';
import { peerChanged } from '../bots/peer.ts';
import type { ProgramMonitor } from '../bots/program-monitor.ts';
import type { Paired } from '../bots/shared-pairing.ts';
import type { Deps, Pipe } from '../ports.ts';
import { randomText } from '../random-text.ts';
import { botRemoved, type Failed, type Result, storeSealed, success } from '../result.ts';
import { sameText } from '../secret.ts';
import type { ConnectionAlerts } from './connection-alerts.ts';
import type { EvictionCandidate } from './eviction.ts';
import {
  badNonce,
  badProof,
  connectionGone,
  connectionsTaken,
  helloMissing,
  helloRepeated,
  keyUnknown,
  sentTooFast,
  unsupportedProtocol,
} from './failures.ts';
import { isNonce, proofOf } from './handshake.ts';
import type { Requests } from './requests.ts';
import type { Params } from './schemas.ts';
import type { TokenBucket } from './token-bucket.ts';
import { twitchKind } from './wire-values.ts';

/** What authentication works with. */
export interface AuthenticationServices {
  deps: Pick<Deps, 'clock' | 'timers' | 'random' | 'host' | 'twitch'>;
  alerts: ConnectionAlerts;
  applications: Applications;
  bots: Bots;
  programMonitor: ProgramMonitor;
  requests: Requests;
  /** By the key of a bot, or by the program of a peer that has not proved one. */
  bucketOf(whose: string): TokenBucket;
  pair: Pair;
  /** Why nothing may leave the vault now; null when it may. */
  whyShut(): Failed<'locked'> | null;
  connectionsOf(bot: Bot): number;
  changed(): void;
}

type Stage =
  | { kind: 'new' }
  | {
      kind: 'greeted';
      name: string;
      bot: Bot | null;
      namedClientId: string | null;
      nonces: { client: string; server: string };
    }
  | { kind: 'pairing' }
  /** Gave a wrong proof; about to be hung up on. */
  | { kind: 'rejected' }
  | { kind: 'authenticated'; connection: BotConnection };

/** The methods of the handshake, and what came of it. */
export interface Authentication extends Pick<EvictionCandidate, 'stage'> {
  hello(params: Params<'hello'>): Result<unknown>;
  authenticate(params: Params<'authenticate'>): Result<unknown>;
  pair(params: Params<'pair'>): Promise<Result<unknown>>;
  /** The bot's connection, once it has proved who it is. */
  connection(): BotConnection | null;
  /** Waits for nothing more. */
  stop(): void;
}

/** `expired`: the peer took too long. `gone` is aborted when the connection is over. */
export function createAuthentication(
  pipe: Pipe,
  services: AuthenticationServices,
  gone: AbortSignal,
  expired: () => void,
): Authentication {
  const { deps, alerts, bots, requests } = services;
  let stage: Stage = { kind: 'new' };
  let cancelDeadline = deps.timers.after(LIMITS.handshakeMs, expired);

  function hello(params: Params<'hello'>): Result<unknown> {
    if (stage.kind !== 'new') return helloRepeated();
    if (params.protocol !== PROTOCOL_VERSION) return unsupportedProtocol(PROTOCOL_VERSION);
    if (!isNonce(params.nonce)) return badNonce();
    const namedClientId = params.twitchClientId ?? null;
    if (namedClientId !== null && !CLIENT_ID.safeParse(namedClientId).success) return badApplication();
    const bot = params.keyId === undefined ? null : bots.get(params.keyId);
    if (bot && bot.key === null) return services.whyShut() ?? storeSealed();
    const nonces = { client: params.nonce, server: randomText(deps.random, 32) };
    stage = { kind: 'greeted', name: params.client.name, bot, namedClientId, nonces };
    cancelDeadline();
    cancelDeadline = deps.timers.after(LIMITS.handshakeMs, expired);
    const proof = bot?.key && proofOf('server', bot.key, nonces.client, nonces.server);
    const server = { name: 'castkey', version: deps.host.version } as const;
    return success({
      protocol: PROTOCOL_VERSION,
      server,
      nonce: nonces.server,
      ...(proof && { proof }),
      paired: bot !== null,
      twitch: twitchKind(deps.twitch),
    });
  }

  /** From here on the peer is a known bot. */
  function enter(
    { bot, once }: Pick<Paired, 'bot' | 'once'>,
    namedClientId: string | null,
  ): Result<BotConnection> {
    if (bots.get(bot.keyId) === null) return botRemoved(); // since hello, or while its key was written
    const blockedFor = services.bucketOf(bot.keyId).blockedFor();
    if (blockedFor > 0) return sentTooFast(blockedFor);
    if (services.connectionsOf(bot) >= LIMITS.connectionsPerBot)
      return connectionsTaken(LIMITS.connectionsPerBot);
    cancelDeadline();
    const unseen = { seen: null, looking: null, onceAllowed: 0, issued: new Set<string>() };
    const { peer, lookAgain } = pipe;
    const connection: BotConnection = { bot, namedClientId, peer, lookAgain, gone, once, ...unseen };
    services.programMonitor.look(connection, () => pipe.fingerprint());
    const change = applicationChange(connection, services.applications);
    if (change !== null) services.programMonitor.otherApplication(connection, change);
    if (peer.late) void lookCloser(connection);
    stage = { kind: 'authenticated', connection };
    bot.lastSeenAt = deps.clock.now();
    bots.saveSoon();
    services.changed();
    return success(connection);
  }

  function authenticate({ proof }: Params<'authenticate'>): Result<unknown> {
    if (stage.kind !== 'greeted') return helloMissing('authenticate');
    const { bot, namedClientId, nonces } = stage;
    if (bot === null) return keyUnknown();
    if (bot.key === null || !sameText(proof, proofOf('client', bot.key, nonces.client, nonces.server))) {
      stage = { kind: 'rejected' }; // one try a connection, also for a peer that sent several at once
      alerts.failedProof(bot, pipe.peer);
      return badProof();
    }
    const entered = enter({ bot, once: [] }, namedClientId);
    return entered.ok ? success(requests.authenticateResult(entered.value)) : entered;
  }

  async function pair(params: Params<'pair'>): Promise<Result<unknown>> {
    if (stage.kind !== 'greeted') return helloMissing('pair');
    const shut = services.whyShut();
    if (shut !== null) return shut;
    const greeted = stage;
    const { namedClientId } = greeted;
    stage = { kind: 'pairing' };
    cancelDeadline();
    const paired = await services.pair({ ...params, name: greeted.name, namedClientId }, pipe, gone);
    if (gone.aborted) return connectionGone(); // nobody hears it
    const entered = paired.ok ? enter(paired.value, namedClientId) : paired;
    if (!paired.ok || !entered.ok) {
      stage = greeted;
      cancelDeadline = deps.timers.after(LIMITS.handshakeMs, expired);
      return entered;
    }
    const { bot } = paired.value;
    return success({
      keyId: bot.keyId,
      key: bot.key?.reveal(),
      ...requests.authenticateResult(entered.value),
    });
  }

  return {
    hello,
    authenticate,
    pair,
    stage: () => EVICTION_STAGES[stage.kind],
    connection: () => (stage.kind === 'authenticated' ? stage.connection : null),
    stop: () => cancelDeadline(),
  };
}

/** Of one that came while Castkey stood still, the record shall say all that can be told afterwards. */
async function lookCloser(connection: BotConnection): Promise<void> {
  const now = await connection.lookAgain();
  if (!peerChanged(connection.peer, now)) connection.peer = now;
}

const EVICTION_STAGES = {
  new: 'new',
  greeted: 'new',
  rejected: 'new',
  pairing: 'pairing',
  authenticated: 'authenticated',
} as const;
