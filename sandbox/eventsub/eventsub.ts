import type { Accounts } from '../accounts.ts';
import type { Chat, ChatMessage } from '../chat/chat.ts';
import type { Clock } from '../clock.ts';
import type { Tokens } from '../tokens.ts';
import { chatMessage, type Parent } from './chat-events.ts';
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

/** Something that happened, before it is known who has subscribed to it. */
export interface TwitchEvent {
  readonly type: string;
  /** What a condition that names these fields must say of them. */
  readonly about: Readonly<Record<string, string>>;
  readonly event: object;
}

/** EventSub over WebSocket: who is connected, who has subscribed, and how to notify them. */
export interface EventSub {
  readonly subscriptions: Subscriptions;
  readonly sessions: EventSubSessions;
  /** How many have subscribed to such an event. */
  listeners(kind: Omit<TwitchEvent, 'event'>): number;
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

  const subscribedTo = ({ type, about: facts }: Omit<TwitchEvent, 'event'>): Subscription[] => {
    const isMeant = ({ condition }: Subscription): boolean =>
      Object.entries(facts).every(([field, value]) => (condition[field] || value) === value);
    return subscriptions.enabled().filter((one) => one.type === type && isMeant(one));
  };
  const notify: EventSub['notify'] = ({ event, ...kind }) =>
    subscribedTo(kind).filter((one) => send(one, 'notification', { event })).length;

  const parentOf = ({ replyTo }: ChatMessage): Parent | undefined => {
    const message = deps.chat.messages().find(({ id }) => id === replyTo);
    const author = message && deps.accounts.byId(message.senderId);
    return message && author && { message, author };
  };
  deps.chat.onMessage((message) => {
    const channel = deps.accounts.byId(message.broadcasterId);
    const sender = deps.accounts.byId(message.senderId);
    if (!channel || !sender) return;
    const event = chatMessage(message, channel, sender, parentOf(message));
    notify({ type: 'channel.chat.message', about: { broadcaster_user_id: channel.id }, event });
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
    listeners: (kind) => subscribedTo(kind).length,
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
