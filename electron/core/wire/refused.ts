/** Programs that were turned away, in the record: each once an hour, however often it tries. */
import type { Activity } from '../activity.ts';
import type { Bot } from '../bots/bots.ts';
import type { Clock, PeerFacts } from '../ports.ts';
import { createSeldom } from '../seldom.ts';

const HOUR = 3_600_000;

/** What is told of refusals. */
export interface Refusals {
  /** A program of another user of this computer. */
  stranger(peer: PeerFacts): void;
  /** A program that said it had this bot's key, and had not. */
  pretender(bot: Bot, peer: PeerFacts): void;
}

/** Nothing is told yet. */
export function createRefusals(clock: Clock, activity: Activity): Refusals {
  const seldom = createSeldom(clock, HOUR);
  return {
    stranger(peer) {
      const { uid, program } = peer;
      if (!seldom(JSON.stringify(['user', uid, program]))) return;
      const what = program === null ? 'A program' : program;
      activity.add(
        'peer.refused',
        `${what} of another user of this computer (number ${uid}) was turned away`,
        {
          ok: false,
        },
      );
    },
    pretender(bot, { uid, program, script }) {
      if (!seldom(JSON.stringify([bot.keyId, uid, program, script]))) return;
      const text = `A program claimed to be ${bot.name} but could not prove it`;
      activity.add('peer.refused', text, { bot: bot.name, ok: false });
    },
  };
}
