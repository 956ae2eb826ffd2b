import { randomUUID } from 'node:crypto';
import type { AccessToken } from '../state.ts';

/** Why events come or don't come any more. */
export type SubscriptionStatus = 'enabled' | 'authorization_revoked' | 'websocket_disconnected';

/** What a program wants to be notified of. */
export interface Subscription {
  readonly id: string;
  readonly type: string;
  readonly version: string;
  readonly condition: Readonly<Record<string, string>>;
  readonly sessionId: string;
  readonly clientId: string;
  /** Who asked; on one connection it is always the same person. */
  readonly userId: string;
  /** The token it was made with. */
  readonly token: AccessToken;
  readonly cost: number;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly connectedAt: number;
  status: SubscriptionStatus;
}

/** All subscriptions, those that have ended for a while too. */
export interface Subscriptions {
  add(subscription: Omit<Subscription, 'id' | 'status'>): Subscription;
  list(): readonly Subscription[];
  enabled(): Subscription[];
  /** False if there is none of that ID. */
  remove(id: string): boolean;
}

/** Subscriptions kept; the oldest that have ended go first. */
const MAX_KEPT = 1000;

/** No subscriptions yet. */
export function openSubscriptions(): Subscriptions {
  const all = new Map<string, Subscription>();
  return {
    add: (wanted) => {
      const subscription: Subscription = { ...wanted, id: randomUUID(), status: 'enabled' };
      const ended = [...all.values()].filter(({ status }) => status !== 'enabled');
      for (const { id } of ended.slice(0, Math.max(0, all.size - MAX_KEPT))) all.delete(id);
      all.set(subscription.id, subscription);
      return subscription;
    },
    list: () => [...all.values()],
    enabled: () => [...all.values()].filter(({ status }) => status === 'enabled'),
    remove: (id) => all.delete(id),
  };
}

/** A subscription as Helix and the messages show it. */
export const subscriptionView = (one: Subscription) => ({
  id: one.id,
  status: one.status,
  type: one.type,
  version: one.version,
  condition: one.condition,
  created_at: new Date(one.createdAt).toISOString(),
  transport: {
    method: 'websocket',
    session_id: one.sessionId,
    connected_at: new Date(one.connectedAt).toISOString(),
  },
  cost: one.cost,
});
