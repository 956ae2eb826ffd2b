import { randomUUID } from 'node:crypto';
import type { Delay } from '../clock.ts';

/** The way to a program that listens. */
export interface EventPipe {
  send(text: string): void;
  /** With a code of Twitch's (4000 to 4007). */
  close(code: number, reason: string): void;
}

/** A connection to EventSub; after a reconnect it is another pipe of the same session. */
export interface Session {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly connectedAt: number;
  readonly keepaliveSeconds: number;
  /** `ws://…/ws`, as the program reached it. */
  readonly url: string;
  pipe: EventPipe;
  /** Whether it has ever had a subscription: a connection without one is closed after ten seconds. */
  used: boolean;
  /** What the reconnect URL must carry; null while no reconnect was asked for. */
  challenge: string | null;
  /** Counts messages, so that a keepalive is sent only after a silence. */
  sent: number;
}

/** What a program asks for in the URL. */
export interface Opening {
  readonly url: string;
  /** As written; undefined if absent. */
  readonly keepalive: string | undefined;
  readonly challenge: string | undefined;
}

/** The connections to EventSub. */
export interface Sessions {
  /** A program connects; tell what it says (it should say nothing), and when it is gone. */
  open(pipe: EventPipe, opening: Opening): { hear(): void; gone(): void };
  get(id: string): Session | undefined;
  list(): Session[];
  send(session: Session, type: string, payload: object, about?: object): void;
  /** Asks a program to connect anew; who has not after so many milliseconds is cut off. */
  reconnect(session: Session, graceMs: number): void;
}

const UNUSED_MS = 10_000;

/** Whole seconds from 10 to 600, the nearest of them for other numbers (Twitch docs, WebSocket events). */
function keepaliveOf(written: string | undefined): number {
  const asked = Number.parseInt(written ?? '', 10);
  return Number.isNaN(asked) ? 10 : Math.min(600, Math.max(10, asked));
}

/** @param onEnd Hears of each session that is over. */
export function openSessions(now: () => number, delay: Delay, onEnd: (session: Session) => void): Sessions {
  const sessions = new Map<string, Session>();
  const isLive = (session: Session): boolean => sessions.get(session.id) === session;

  const send: Sessions['send'] = (session, type, payload, about = {}) => {
    const metadata = {
      message_id: randomUUID(),
      message_type: type,
      message_timestamp: new Date(now()).toISOString(),
      ...about,
    };
    session.pipe.send(JSON.stringify({ metadata, payload }));
    session.sent += 1;
    void keepAlive(session, session.sent);
  };

  const keepAlive = async (session: Session, sent: number): Promise<void> => {
    await delay(session.keepaliveSeconds * 1000);
    if (isLive(session) && session.sent === sent) send(session, 'session_keepalive', {});
  };

  const view = (session: Session, status: string, reconnectUrl: string | null) => ({
    session: {
      id: session.id,
      status,
      keepalive_timeout_seconds: status === 'connected' ? session.keepaliveSeconds : null,
      reconnect_url: reconnectUrl,
      connected_at: new Date(session.connectedAt).toISOString(),
    },
  });

  const begin = (pipe: EventPipe, { url, keepalive }: Opening): Session => {
    const session: Session = {
      ...{ id: randomUUID(), connectedAt: now(), keepaliveSeconds: keepaliveOf(keepalive), url, pipe },
      ...{ used: false, challenge: null, sent: 0 },
    };
    sessions.set(session.id, session);
    void delay(UNUSED_MS).then(() => {
      if (isLive(session) && !session.used) session.pipe.close(4003, 'connection unused');
    });
    return session;
  };

  const takeOver = (pipe: EventPipe, challenge: string): Session | undefined => {
    const session = [...sessions.values()].find((one) => one.challenge === challenge);
    if (session) Object.assign(session, { pipe, challenge: null });
    return session;
  };

  return {
    open: (pipe, opening) => {
      const gone = (): void => {
        // The old pipe of a session that has moved on may go.
        if (!session || session.pipe !== end || !sessions.delete(session.id)) return;
        onEnd(session);
      };
      const close: EventPipe['close'] = (code, reason) => {
        pipe.close(code, reason);
        gone();
      };
      const end: EventPipe = { send: pipe.send, close };
      const { challenge } = opening;
      const session = challenge === undefined ? begin(end, opening) : takeOver(end, challenge);
      if (session) send(session, 'session_welcome', view(session, 'connected', null));
      else pipe.close(4007, 'invalid reconnect url');
      return { hear: () => close(4001, 'client sent inbound traffic'), gone };
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
          session.pipe.close(4004, 'reconnect grace time expired');
        }
      });
    },
  };
}
