/** What the bot at the other end of a connection has been told of accounts: so that it hears of each that goes. */
import type { BotState, WireEventBody } from '../../../shared/protocol.ts';
import type { BotConnection } from '../bots/bot-connection.ts';
import type { VaultEvent } from '../events.ts';
import { type BotStateServices, stateOf, userOf } from './bot-state.ts';

/** Kept for one connection; each call counts as told. */
export interface BotView {
  /** The whole state, in parts that fit into lines. */
  state(connection: BotConnection): BotState[];
  /** An event as the bot may hear it, with the account as it stands now; nothing if it is none of the bot's business. */
  event(connection: BotConnection, event: VaultEvent): WireEventBody[];
}

/** Nothing has been told. */
export function createBotView(services: BotStateServices): BotView {
  let told = new Set<string>();

  function state(connection: BotConnection): BotState[] {
    const parts = stateOf(services, connection);
    told = new Set(parts.flatMap(({ users }) => users.map(({ userId }) => userId)));
    return parts;
  }

  return {
    state,
    event(connection, event) {
      if (event.type === 'state') return state(connection).map((part) => ({ type: 'state', ...part }));
      if (!('userId' in event) || event.userId === undefined) return [event];
      const { userId, type } = event;
      const known = told.has(userId);
      const user = userOf(services, connection, userId);
      if (user === null) {
        told.delete(userId);
        // Whoever has its token must hear that it goes, or may not use it any more; which jobs it has by now is not the bot's business.
        const last = event.type === 'intents.changed' ? { ...event, intents: [] } : event;
        return known || type === 'grant.revoked' ? [last] : [];
      }
      told.add(userId);
      // A permission more on an account it knows is no news.
      return known && type === 'account.added' ? [] : [{ ...event, user } as WireEventBody];
    },
  };
}
