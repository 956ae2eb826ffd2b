/** One yes of the streamer makes one bot, however many equal programs waited for it. */
import type { Bot, Bots } from './bots.ts';

interface SharedPairing {
  bot: Promise<Bot>;
  waiting: number;
  wanted: boolean;
}

/** Bots that are being made. */
export interface SharedPairings {
  /**
   * The bot of this question, made by whoever comes first. Null, and no bot is left, when by then everybody
   * who waited for it has hung up: a key that nobody has would be an entry that nobody understands.
   */
  take(question: string, gone: AbortSignal, make: () => Promise<Bot>): Promise<Bot | null>;
}

/** Nothing is being made. */
export function createSharedPairings(bots: Bots): SharedPairings {
  const births = new Map<string, SharedPairing>();
  return {
    async take(question, gone, make) {
      const birth = births.get(question) ?? { bot: make(), waiting: 0, wanted: false };
      births.set(question, birth);
      birth.waiting += 1;
      try {
        const bot = await birth.bot;
        birth.wanted ||= !gone.aborted;
        if (birth.waiting > 1 || birth.wanted) return bot;
        await bots.remove(bot.keyId);
        return null;
      } finally {
        birth.waiting -= 1;
        if (birth.waiting === 0) births.delete(question);
      }
    },
  };
}
