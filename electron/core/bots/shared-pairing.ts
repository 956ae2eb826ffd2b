/** One yes of the streamer makes one bot, however many equal programs waited for it. */
import type { Bot } from './bot.ts';
import type { Bots } from './bots.ts';

interface SharedPairing {
  bot: Promise<Bot | null>;
  waiting: number;
  wanted: boolean;
}

/** Pairings under way. */
export interface SharedPairings {
  /**
   * The bot of this approval request, paired by whoever comes first. Null, and no bot is left, when by then
   * everybody who waited for it has hung up: a key that nobody has would be an entry that nobody understands.
   * Null, too, when `pair` thinks better of it.
   */
  join(request: string, gone: AbortSignal, pair: () => Promise<Bot | null>): Promise<Bot | null>;
}

/** Nothing is under way yet. */
export function createSharedPairings(bots: Pick<Bots, 'remove'>): SharedPairings {
  const pairings = new Map<string, SharedPairing>();
  return {
    async join(request, gone, pair) {
      const pairing = pairings.get(request) ?? { bot: pair(), waiting: 0, wanted: false };
      pairings.set(request, pairing);
      pairing.waiting += 1;
      try {
        const bot = await pairing.bot;
        pairing.wanted ||= !gone.aborted;
        if (bot === null || pairing.waiting > 1 || pairing.wanted) return bot;
        await bots.remove(bot.keyId);
        return null;
      } finally {
        pairing.waiting -= 1;
        if (pairing.waiting === 0) pairings.delete(request);
      }
    },
  };
}
