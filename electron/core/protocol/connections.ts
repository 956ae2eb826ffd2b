/** All connections of local programs: how many there may be, and which events each hears. */
import { LIMITS } from '../../../shared/protocol.ts';
import type { Activity } from '../activity/activity.ts';
import type { Notices } from '../activity/notices.ts';
import type { OpenConnections } from '../bots/bot-connection.ts';
import { programOf } from '../bots/peer.ts';
import type { Events } from '../events.ts';
import type { Peer, Pipe, PipeListener } from '../ports.ts';
import { type Failed, shuttingDown } from '../result.ts';
import { type Connection, type ConnectionServices, createConnection } from './connection.ts';
import { createConnectionAlerts } from './connection-alerts.ts';
import { errorReply } from './error-reply.ts';
import { chooseEviction } from './eviction.ts';
import { connectionsFull } from './failures.ts';
import { splayed } from './splay.ts';
import { createTokenBuckets } from './token-bucket.ts';

/** The connections there are. */
export interface Connections extends OpenConnections {
  accept(pipe: Pipe): PipeListener;
  /** A program of another user was turned away. */
  refused(peer: Peer): void;
  /** Ends all, and takes no more. */
  stop(): void;
}

type Own = 'alerts' | 'bucketOf' | 'connectionsOf';
/** What connections need of the vault. */
export interface ConnectionsServices extends Omit<ConnectionServices, Own> {
  activity: Activity;
  events: Events;
  notices: Notices;
}

/** Hears every event and passes on what each bot may know. */
export function createConnections(services: ConnectionsServices): Connections {
  const { deps, activity, events, notices } = services;
  const open = new Set<Connection>();
  let stopped = false;
  const of = (keyId: string): Connection[] => [...open].filter((one) => one.bot()?.keyId === keyId);
  const alerts = createConnectionAlerts(deps.clock, activity, notices);
  const shared: ConnectionServices = {
    ...services,
    alerts,
    bucketOf: createTokenBuckets(deps.clock),
    connectionsOf: ({ keyId }) => of(keyId).length,
  };
  const stopListening = events.listen((event, audience) => {
    for (const [connection, own] of splayed(event, [...open])) connection.event(own, audience);
  });

  const turnAway = (pipe: Pipe, { error }: Failed): PipeListener => {
    pipe.write(`${JSON.stringify(errorReply(null, error))}\n`);
    pipe.close();
    return CLOSED;
  };

  return {
    accept(pipe) {
      if (stopped) return turnAway(pipe, shuttingDown());
      const isFull = open.size >= LIMITS.connections;
      const evicted = isFull ? chooseEviction(open, programOf(pipe.peer)) : null;
      evicted?.evict();
      if (isFull && evicted === null) return turnAway(pipe, connectionsFull(LIMITS.connections));
      const connection = createConnection(pipe, shared, () => {
        open.delete(connection);
        services.changed();
      });
      open.add(connection);
      return connection;
    },
    refused: alerts.otherUser,
    countOf: (keyId) => of(keyId).length,
    drop(keyId) {
      for (const connection of of(keyId)) connection.end();
    },
    stop() {
      stopped = true;
      stopListening();
      for (const connection of [...open]) connection.stop();
    },
  };
}

const CLOSED: PipeListener = { data: () => undefined, drained: () => undefined, closed: () => undefined };
