import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';

/** Sends to a program that listens. */
export interface EventSubConnection {
  send(text: string): void;
  /** With a code of Twitch's (4000 to 4007). */
  close(code: number, reason: string): void;
}

/** A connection to EventSub; after a reconnect it is another connection of the same session. */
export interface EventSubSession {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly connectedAt: number;
  readonly keepaliveSeconds: number;
  /** `ws://…/ws`, as the program reached it. */
  readonly url: string;
  connection: EventSubConnection;
  /** Whether it has ever had a subscription: a connection without one is closed after ten seconds. */
  used: boolean;
  /** What the reconnect URL must carry; null while no reconnect was asked for. */
  challenge: string | null;
  /** Counts messages, so that a keepalive is sent only after a silence. */
  sent: number;
}

/** What a program asks for in the URL. */
export interface ConnectRequest {
  readonly url: string;
  /** As written; undefined if absent. */
  readonly keepalive: string | undefined;
  readonly challenge: string | undefined;
}

/** The connections to EventSub. */
export interface EventSubSessions {
  /**
   * Takes a program in. Call `receive` when it sends anything (it should not), `closed` when its connection
   * has ended.
   */
  open(connection: EventSubConnection, request: ConnectRequest): { receive(): void; closed(): void };
  get(id: string): EventSubSession | undefined;
  list(): EventSubSession[];
  send(session: EventSubSession, type: string, payload: object, about?: object): void;
  /** Asks a program to connect anew; who has not after so many milliseconds is cut off. */
  reconnect(session: EventSubSession, graceMs: number): void;
}

const UNUSED_MS = 10_000;

/** Whole seconds from 10 to 600, the nearest of them for other numbers (Twitch docs, WebSocket events). */
function keepaliveOf(written: string | undefined): number {
  const asked = Number.parseInt(written ?? '', 10);
  return Number.isNaN(asked) ? 10 : Math.min(600, Math.max(10, asked));
}

/** @param onEnd Called with each session that is over. */
export function openSessions(
  { now, delay }: Clock,
  onEnd: (session: EventSubSession) => void,
): EventSubSessions {
  const sessions = new Map<string, EventSubSession>();
  const isLive = (session: EventSubSession): boolean => sessions.get(session.id) === session;

  const send: EventSubSessions['send'] = (session, type, payload, about = {}) => {
    const metadata = {
      message_id: randomUUID(),
      message_type: type,
      message_timestamp: new Date(now()).toISOString(),
      ...about,
    };
    session.connection.send(JSON.stringify({ metadata, payload }));
    session.sent += 1;
    void keepAlive(session, session.sent);
  };

  const keepAlive = async (session: EventSubSession, sent: number): Promise<void> => {
    await delay(session.keepaliveSeconds * 1000);
    if (isLive(session) && session.sent === sent) send(session, 'session_keepalive', {});
  };

  const view = (session: EventSubSession, status: string, reconnectUrl: string | null) => ({
    session: {
      id: session.id,
      status,
      keepalive_timeout_seconds: status === 'connected' ? session.keepaliveSeconds : null,
      reconnect_url: reconnectUrl,
      connected_at: new Date(session.connectedAt).toISOString(),
    },
  });

  const begin = (connection: EventSubConnection, { url, keepalive }: ConnectRequest): EventSubSession => {
    const session: EventSubSession = {
      ...{ id: randomUUID(), connectedAt: now(), keepaliveSeconds: keepaliveOf(keepalive), url, connection },
      ...{ used: false, challenge: null, sent: 0 },
    };
    sessions.set(session.id, session);
    void delay(UNUSED_MS).then(() => {
      if (isLive(session) && !session.used) session.connection.close(4003, 'connection unused');
    });
    return session;
  };

  const resume = (connection: EventSubConnection, challenge: string): EventSubSession | undefined => {
    const session = [...sessions.values()].find((one) => one.challenge === challenge);
    if (session) Object.assign(session, { connection, challenge: null });
    return session;
  };

  return {
    open: (connection, request) => {
      const closed = (): void => {
        // The old connection of a session that has moved on may go.
        if (!session || session.connection !== end || !sessions.delete(session.id)) return;
        onEnd(session);
      };
      const close: EventSubConnection['close'] = (code, reason) => {
        connection.close(code, reason);
        closed();
      };
      const end: EventSubConnection = { send: connection.send, close };
      const { challenge } = request;
      const session = challenge === undefined ? begin(end, request) : resume(end, challenge);
      if (session) send(session, 'session_welcome', view(session, 'connected', null));
      else connection.close(4007, 'invalid reconnect url');
      return { receive: () => close(4001, 'client sent inbound traffic'), closed };
    },
    get: (id) => sessions.get(id),
    list: () => [...sessions.values()],
    send,
    reconnect: (session, graceMs) => {
      const challenge = randomUUID();
      session.challenge = challenge;
      send(
        session,
        'session_reconnect',
        view(session, 'reconnecting', `${session.url}?challenge=${challenge}`),
      );
      void delay(graceMs).then(() => {
        if (isLive(session) && session.challenge === challenge) {
          session.connection.close(4004, 'reconnect grace time expired');
        }
      });
    },
  };
}
