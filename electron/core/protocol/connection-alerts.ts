/** Programs that were turned away or slowed, told to the streamer: each once an hour, however often it tries. */
import type { Activity } from '../activity/activity.ts';
import type { Notices } from '../activity/notices.ts';
import type { Bot } from '../bots/bots.ts';
import { programOf } from '../bots/peer.ts';
import { peerView } from '../bots/peer-view.ts';
import type { Clock, Peer } from '../ports.ts';
import { createThrottle } from '../throttle.ts';

const HOUR = 3_600_000;

/** What is told of refusals. */
export interface ConnectionAlerts {
  /** A program of another user of this computer. */
  stranger(peer: Peer): void;
  /** A program that said it had this bot's key, and had not. */
  pretender(bot: Bot, peer: Peer): void;
  /** A bot, or a program that isn't paired, sends more than any needs. */
  slowed(bot: Bot | null, peer: Peer): void;
}

/** Nothing is told yet. */
export function createConnectionAlerts(clock: Clock, activity: Activity, notices: Notices): ConnectionAlerts {
  const seldom = createThrottle(clock, HOUR);
  return {
    stranger(peer) {
      const { uid, program } = peer;
      if (!seldom(JSON.stringify(['user', uid, program]))) return;
      const what = program === null ? 'A program' : program;
      activity.add(
        'peer.refused',
        `${what} of another user of this computer (number ${uid}) was turned away`,
        { ok: false, peer: peerView(null, false, peer) },
      );
    },
    pretender(bot, facts) {
      const { uid, program, script } = facts;
      if (!seldom(JSON.stringify([bot.keyId, uid, program, script]))) return;
      const text = `A program claimed to be ${bot.name} but could not prove it`;
      const peer = peerView(bot.name, false, facts);
      activity.add('peer.refused', text, { bot: bot.name, ok: false, peer });
    },
    slowed(bot, peer) {
      if (!seldom(`slowed ${bot?.keyId ?? programOf(peer)}`)) return;
      const who = bot?.name ?? peer.script ?? peer.program ?? 'A program that isn’t paired';
      const text = `${who} sends far more requests than any bot needs, so Castkey slows it down`;
      activity.add('bot.slowed', text, { ...(bot && { bot: bot.name }), ok: false });
      notices.add('warning', `${text}. Its author should know.`);
    },
  };
}
