/** All connections of local programs: how many there may be, and which events each hears. */
import { LIMITS, type WireEventBody } from '../../../shared/protocol.ts';
import type { Accounts } from '../accounts/accounts.ts';
import type { Activity } from '../activity/activity.ts';
import type { Notices } from '../activity/notices.ts';
import type { Caller, Authorizer } from '../bots/authorizer.ts';
import type { Bot, Bots } from '../bots/bots.ts';
import { grantsOn } from '../bots/grants.ts';
import type { Pair } from '../bots/pairing.ts';
import { programOf } from '../bots/peer.ts';
import type { ProgramMonitor } from '../bots/program-monitor.ts';
import type { Events } from '../events.ts';
import type { Deps, Peer, Pipe, PipeListener } from '../ports.ts';
import { connectionsFull } from '../result.ts';
import { createSession, type Session } from './connection.ts';
import { createConnectionAlerts, type ConnectionAlerts } from './connection-alerts.ts';
import { errorReply } from './error-reply.ts';
import { chooseEviction } from './eviction.ts';
import type { Requests } from './requests.ts';
import { createTokenBuckets, type TokenBucket } from './token-bucket.ts';

/** What a session needs of the vault. */
export interface BridgeParts {
  deps: Pick<Deps, 'clock' | 'timers' | 'random' | 'log' | 'host'>;
  bots: Bots;
  requests: Requests;
  refusals: ConnectionAlerts;
  /** By the key of a bot, or by the program of a stranger. */
  bucketOf(whose: string): TokenBucket;
  programChanges: ProgramMonitor;
  pair: Pair;
  clientId(): string | null;
  locked(): boolean;
  connectionsOf(bot: Bot): number;
  /** Whether a bot hears of an event: only what concerns accounts it may see. */
  concerns(caller: Caller, body: WireEventBody): boolean;
  changed(): void;
}

/** The connections there are. */
export interface Bridge {
  accept(pipe: Pipe): PipeListener;
  /** A program of another user was turned away. */
  refused(peer: Peer): void;
  connectionsOf(keyId: string): number;
  /** Ends every connection of a bot. */
  drop(keyId: string): void;
  stop(): void;
}

type Own = 'connectionsOf' | 'concerns' | 'refusals' | 'bucketOf';
type FromVault = Omit<BridgeParts, Own> & { activity: Activity; notices: Notices };

/** Hears every event and passes on what each bot may know. */
export function createBridge(from: FromVault, accounts: Accounts, permits: Authorizer, events: Events): Bridge {
  const sessions = new Set<Session>();
  const connectionsOf = (keyId: string): number =>
    [...sessions].filter((session) => session.bot()?.keyId === keyId).length;

  function concerns(caller: Caller, body: WireEventBody): boolean {
    if (!('userId' in body) || body.userId === undefined || body.type === 'grant.revoked') return true;
    const { userId } = body;
    const account = accounts.get(userId);
    if (account !== null) return permits.sees(caller, account);
    // Removed: whoever held its token or may use it must hear of it all the same.
    const intents = accounts.intentsOf(userId);
    return caller.released.has(userId) || grantsOn(caller.bot, { userId, intents }).length > 0;
  }

  const refusals = createConnectionAlerts(from.deps.clock, from.activity, from.notices);
  const bucketOf = createTokenBuckets(from.deps.clock);
  const parts: BridgeParts = {
    ...from,
    refusals,
    bucketOf,
    connectionsOf: (bot) => connectionsOf(bot.keyId),
    concerns,
  };
  const stopListening = events.listen((body, only) => {
    for (const session of sessions) session.event(body, only);
  });

  return {
    accept(pipe) {
      const full = sessions.size >= LIMITS.connections;
      const goer = full ? chooseEviction(sessions, programOf(pipe.peer)) : null;
      goer?.giveWay();
      if (full && goer === null) {
        pipe.write(`${JSON.stringify(errorReply(null, connectionsFull(LIMITS.connections).error))}\n`);
        pipe.close();
        return NOBODY;
      }
      const session = createSession(pipe, parts, () => {
        sessions.delete(session);
        from.changed();
      });
      sessions.add(session);
      return session;
    },
    refused: refusals.stranger,
    connectionsOf,
    drop(keyId) {
      for (const session of sessions) if (session.bot()?.keyId === keyId) session.end();
    },
    stop() {
      stopListening();
      for (const session of [...sessions]) session.stop();
    },
  };
}

const NOBODY: PipeListener = { data: () => undefined, drained: () => undefined, closed: () => undefined };
