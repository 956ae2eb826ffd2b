import type { Accounts } from '../accounts.ts';
import type { Chat } from '../chat/chat.ts';
import type { Delay } from '../clock.ts';
import type { Tokens } from '../tokens.ts';
import { chatMessage, type Happening } from './events.ts';
import { openSessions, type Session, type Sessions } from './sessions.ts';
import {
  openSubscriptions,
  type Subscription,
  type Subscriptions,
  subscriptionView,
} from './subscriptions.ts';

/** What EventSub is made of. */
export interface EventSubParts {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly accounts: Accounts;
  readonly tokens: Tokens;
  readonly chat: Chat;
}

/** A connection as the control shows it. */
export interface SessionView {
  readonly id: string;
  /** Whose subscriptions are on it; null while it has none. */
  readonly userId: string | null;
  readonly subscriptions: readonly { readonly id: string; readonly type: string }[];
}

/** Events over WebSocket. */
export interface EventSub {
  readonly subscriptions: Subscriptions;
  readonly sessions: Sessions;
  /** Tells everybody who has subscribed to it; how many it were. */
  tell(happening: Happening): number;
  list(): SessionView[];
  /** Cuts the connections of a person, or all, as a network does; how many it were. */
  drop(userId?: string): number;
  /** Asks them to connect anew, within so many milliseconds; how many it were. */
  reconnect(userId: string | undefined, graceMs: number): number;
}

const about = ({ type, version }: Subscription) => ({
  subscription_type: type,
  subscription_version: version,
});

/** @param delay Waits for keepalives and deadlines. */
export function openEventSub(parts: EventSubParts, delay: Delay): EventSub {
  const subscriptions = openSubscriptions();
  const on = (session: Session): Subscription[] =>
    subscriptions.enabled().filter(({ sessionId }) => sessionId === session.id);
  const sessions = openSessions(parts.now, delay, (session) => {
    for (const subscription of on(session)) subscription.status = 'websocket_disconnected';
  });
  const those = (userId: string | undefined): Session[] =>
    sessions.list().filter((one) => userId === undefined || on(one)[0]?.userId === userId);

  const inform = (
    subscription: Subscription,
    kind: 'notification' | 'revocation',
    event: object = {},
  ): boolean => {
    const session = sessions.get(subscription.sessionId);
    if (!session) return false;
    const payload = { subscription: subscriptionView(subscription), ...event };
    sessions.send(session, kind, payload, about(subscription));
    return true;
  };

  const tell: EventSub['tell'] = ({ type, broadcasterId, event }) => {
    const heard = subscriptions
      .enabled()
      .filter((one) => one.type === type && one.condition.broadcaster_user_id === broadcasterId);
    return heard.filter((one) => inform(one, 'notification', { event })).length;
  };

  parts.chat.onMessage((message) => {
    const channel = parts.accounts.byId(message.broadcasterId);
    const sender = parts.accounts.byId(message.senderId);
    if (channel && sender) tell(chatMessage(message, channel, sender));
  });
  parts.tokens.onWithdrawn((covers) => {
    for (const subscription of subscriptions.enabled().filter(({ token }) => covers(token))) {
      subscription.status = 'authorization_revoked';
      inform(subscription, 'revocation');
    }
  });
  return {
    subscriptions,
    sessions,
    tell,
    list: () =>
      sessions.list().map((session) => ({
        id: session.id,
        userId: on(session)[0]?.userId ?? null,
        subscriptions: on(session).map(({ id, type }) => ({ id, type })),
      })),
    drop: (userId) => {
      const all = those(userId);
      for (const { pipe } of all) pipe.close(4006, 'network error');
      return all.length;
    },
    reconnect: (userId, graceMs) => {
      const all = those(userId);
      for (const session of all) sessions.reconnect(session, graceMs);
      return all.length;
    },
  };
}
