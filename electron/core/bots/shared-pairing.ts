/** One yes of the streamer makes one bot, however many connections of a process waited for it. */
import type { Bot } from './bot.ts';
import type { Bots } from './bots.ts';
import type { OnceGrant } from './grants.ts';

/** A bot that has just been paired, and what it may have once; its connections share that. */
export interface Paired {
  bot: Bot;
  once: OnceGrant[];
}

interface SharedPairing {
  paired: Promise<Paired | null>;
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
  join(request: string, gone: AbortSignal, pair: () => Promise<Paired | null>): Promise<Paired | null>;
}

/** Nothing is under way yet. */
export function createSharedPairings(bots: Pick<Bots, 'remove'>): SharedPairings {
  const pairings = new Map<string, SharedPairing>();
  return {
    async join(request, gone, pair) {
      const pairing = pairings.get(request) ?? { paired: pair(), waiting: 0, wanted: false };
      pairings.set(request, pairing);
      pairing.waiting += 1;
      try {
        const paired = await pairing.paired;
        pairing.wanted ||= !gone.aborted;
        if (paired === null || pairing.waiting > 1 || pairing.wanted) return paired;
        await bots.remove(paired.bot.keyId);
        return null;
      } finally {
        pairing.waiting -= 1;
        if (pairing.waiting === 0) pairings.delete(request);
      }
    },
  };
}
