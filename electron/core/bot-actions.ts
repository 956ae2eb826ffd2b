/** What the streamer does with bots and with what they may use. */
import type { CallResult } from '../../shared/ipc.ts';
import { OK, refuse } from './answers.ts';
import type { Bot } from './bots/bots.ts';
import type { Grant } from './bots/grants.ts';
import { botLabel } from './bots/namesakes.ts';
import type { Parts } from './parts.ts';
import type { VaultActions } from './vault.ts';

type BotActions = Pick<VaultActions, 'bot.remove' | 'bot.acceptChange' | 'grant.revoke' | 'grant.change'>;
type Kept = (write: Promise<unknown>) => Promise<CallResult<void>>;

const NO_BOT = refuse('not-found', 'That bot is no longer paired.');
const NO_GRANT = refuse('not-found', 'That permission is already gone.');

/** `kept` turns a write into an answer. */
export function createBotActions(parts: Parts, kept: Kept): BotActions {
  const { accounts, activity, bots, events } = parts;

  /** Open connections feel it at once: the bot drops the token it keeps, and its next request is looked at anew. */
  function tell(bot: Bot, grant: Grant): void {
    const userId = grant.userId ?? accounts.holder(grant.intent ?? '')?.userId;
    const { intent } = grant;
    events.emit({ type: 'grant.revoked', ...(userId && { userId }), ...(intent && { intent }) }, bot.keyId);
  }

  const find = (keyId: string, grantId: string): { bot: Bot; grant: Grant } | null => {
    const bot = bots.get(keyId);
    const grant = bot?.grants.find(({ id }) => id === grantId);
    return bot && grant ? { bot, grant } : null;
  };

  return {
    async 'bot.remove'({ keyId }) {
      const bot = bots.get(keyId);
      if (bot === null) return NO_BOT;
      const label = botLabel(bot, bots.list());
      events.emit({ type: 'grant.revoked' }, keyId);
      const removed = await kept(bots.remove(keyId));
      parts.bridge().drop(keyId);
      if (!removed.ok) return removed;
      activity.add('bot.removed', `You removed ${label}`, { bot: bot.name });
      return OK;
    },
    async 'bot.acceptChange'({ keyId, at }) {
      const bot = bots.get(keyId);
      if (bot === null) return NO_BOT;
      if (bot.changed === null) return refuse('refused', 'Nothing has changed at that bot.');
      if (bot.changed.at !== at)
        return refuse('refused', 'It has changed once more. Look again, then decide.');
      parts.programChanges.accept(bot, bot.changed.seen);
      activity.add(
        'bot.accepted',
        `You said that the program of ${botLabel(bot, bots.list())} is all right`,
        {
          bot: bot.name,
        },
      );
      return kept(bots.save());
    },
    async 'grant.revoke'({ keyId, grantId }) {
      const found = find(keyId, grantId);
      if (found === null) return NO_GRANT;
      const { bot, grant } = found;
      bot.grants = bot.grants.filter((other) => other !== grant);
      tell(bot, grant);
      const { name } = bot;
      activity.add('grant.revoked', `You took a permission from ${name}`, {
        bot: name,
        scopes: grant.scopes,
      });
      return kept(bots.save());
    },
    async 'grant.change'({ keyId, grantId, scopes }) {
      const found = find(keyId, grantId);
      if (found === null) return NO_GRANT;
      const { bot, grant } = found;
      const left = grant.scopes.filter((scope) => scopes.includes(scope));
      if (scopes.some((scope) => !grant.scopes.includes(scope)))
        return refuse('bad-request', 'A permission can be narrowed here. The bot itself asks for more.');
      if (left.length === 0)
        return refuse('bad-request', 'To leave nothing of it, take the permission back.');
      if (left.length === grant.scopes.length) return OK;
      const gone = grant.scopes.filter((scope) => !left.includes(scope));
      grant.scopes = left;
      tell(bot, grant);
      activity.add('grant.changed', `You narrowed a permission of ${bot.name}`, {
        bot: bot.name,
        scopes: gone,
      });
      return kept(bots.save());
    },
  };
}
