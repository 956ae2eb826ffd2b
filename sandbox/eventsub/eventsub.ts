import type { Accounts } from '../accounts.ts';
import type { Chat } from '../chat/chat.ts';
import type { Clock } from '../clock.ts';
import type { Tokens } from '../tokens.ts';
import { chatMessage, type TwitchEvent } from './events.ts';
import { type EventSubSession, type EventSubSessions, openSessions } from './sessions.ts';
import {
  openSubscriptions,
  type Subscription,
  type Subscriptions,
  subscriptionView,
} from './subscriptions.ts';

/** What EventSub needs. */
export interface EventSubDeps extends Clock {
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

/** EventSub over WebSocket: who is connected, who has subscribed, and how to notify them. */
export interface EventSub {
  readonly subscriptions: Subscriptions;
  readonly sessions: EventSubSessions;
  /** Sends it to everybody who has subscribed to it; how many it were. */
  notify(event: TwitchEvent): number;
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

/** EventSub without connections, which notifies of what is said in `deps.chat` and of tokens revoked. */
export function openEventSub(deps: EventSubDeps): EventSub {
  const subscriptions = openSubscriptions();
  const on = (session: EventSubSession): Subscription[] =>
    subscriptions.enabled().filter(({ sessionId }) => sessionId === session.id);
  const sessions = openSessions(deps, (session) => {
    for (const subscription of on(session)) subscription.status = 'websocket_disconnected';
  });
  const sessionsOf = (userId: string | undefined): EventSubSession[] =>
    sessions.list().filter((one) => userId === undefined || on(one)[0]?.userId === userId);

  const send = (
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

  const notify: EventSub['notify'] = ({ type, broadcasterId, event }) => {
    const subscribed = subscriptions
      .enabled()
      .filter((one) => one.type === type && one.condition.broadcaster_user_id === broadcasterId);
    return subscribed.filter((one) => send(one, 'notification', { event })).length;
  };

  deps.chat.onMessage((message) => {
    const channel = deps.accounts.byId(message.broadcasterId);
    const sender = deps.accounts.byId(message.senderId);
    if (channel && sender) notify(chatMessage(message, channel, sender));
  });
  deps.tokens.onRevoked((isRevoked) => {
    for (const subscription of subscriptions.enabled().filter(({ token }) => isRevoked(token))) {
      subscription.status = 'authorization_revoked';
      send(subscription, 'revocation');
    }
  });
  return {
    subscriptions,
    sessions,
    notify,
    list: () =>
      sessions.list().map((session) => ({
        id: session.id,
        userId: on(session)[0]?.userId ?? null,
        subscriptions: on(session).map(({ id, type }) => ({ id, type })),
      })),
    drop: (userId) => {
      const all = sessionsOf(userId);
      for (const { connection } of all) connection.close(4006, 'network error');
      return all.length;
    },
    reconnect: (userId, graceMs) => {
      const all = sessionsOf(userId);
      for (const session of all) sessions.reconnect(session, graceMs);
      return all.length;
    },
  };
}
