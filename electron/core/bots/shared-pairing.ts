/** One yes of the streamer makes one bot, however many connections of a process waited for it. */
import { pairingAbandoned, type Result } from '../result.ts';
import type { Bot } from './bot.ts';
import type { OnceGrant } from './grants.ts';

/** A bot that has just been paired, and what it may have once; its connections share that. */
export interface Paired {
  bot: Bot;
  once: OnceGrant[];
  /** Client ID of the Twitch application that came with it; null where that was here before. */
  brought: string | null;
}

interface SharedPairing {
  paired: Promise<Result<Paired>>;
  waiting: number;
  wanted: boolean;
}

/** Pairings under way. */
export interface SharedPairings {
  /**
   * The bot of this approval request, paired by whoever comes first. None, and no bot is left, when by then everybody who
   * waited for it has hung up: a key that nobody has would be an entry that nobody understands.
   */
  join(request: string, gone: AbortSignal, pair: () => Promise<Result<Paired>>): Promise<Result<Paired>>;
}

/** Nothing is under way yet. `undo` takes back what nobody waits for. */
export function createSharedPairings(undo: (paired: Paired) => Promise<void>): SharedPairings {
  const pairings = new Map<string, SharedPairing>();
  return {
    async join(request, gone, pair) {
      const pairing = pairings.get(request) ?? { paired: pair(), waiting: 0, wanted: false };
      pairings.set(request, pairing);
      pairing.waiting += 1;
      try {
        const result = await pairing.paired;
        pairing.wanted ||= !gone.aborted;
        if (!result.ok || pairing.waiting > 1 || pairing.wanted) return result;
        await undo(result.value);
        return pairingAbandoned();
      } finally {
        pairing.waiting -= 1;
        if (pairing.waiting === 0) pairings.delete(request);
      }
    },
  };
}
