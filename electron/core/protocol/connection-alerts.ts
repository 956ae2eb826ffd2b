/**
 * Tells record and streamer of programs that were turned away or throttled: each once an hour, however often
 * it tries.
 */
import type { Activity } from '../activity/activity.ts';
import type { Notices } from '../activity/notices.ts';
import type { Bot } from '../bots/bot.ts';
import { peerView, programOf } from '../bots/peer.ts';
import type { Clock, Peer } from '../ports.ts';
import { createThrottle } from '../throttle.ts';

const HOUR_MS = 3_600_000;

/** What is told of connections. */
export interface ConnectionAlerts {
  /** A program of another user of this computer was turned away. */
  otherUser(peer: Peer): void;
  /** A program said it had this bot's key, and had not. */
  failedProof(bot: Bot, peer: Peer): void;
  /** A bot (null: a program that isn't paired) sends more than any needs. */
  throttled(bot: Bot | null, peer: Peer): void;
}

/** Nothing has been told yet. */
export function createConnectionAlerts(clock: Clock, activity: Activity, notices: Notices): ConnectionAlerts {
  const isDue = createThrottle(clock, HOUR_MS);
  return {
    otherUser(peer) {
      const { uid, program } = peer;
      if (!isDue(JSON.stringify(['user', uid, program]))) return;
      const text = `${program ?? 'A program'} of another user of this computer (number ${uid}) was turned away`;
      activity.add('peer.refused', text, { ok: false, peer: peerView(null, false, peer) });
    },
    failedProof(bot, peer) {
      const { uid, program, script } = peer;
      if (!isDue(JSON.stringify([bot.keyId, uid, program, script]))) return;
      const text = `A program claimed to be ${bot.name} but could not prove it`;
      activity.add('peer.refused', text, { bot: bot.name, ok: false, peer: peerView(bot.name, false, peer) });
    },
    throttled(bot, peer) {
      if (!isDue(`throttled ${bot?.keyId ?? programOf(peer)}`)) return;
      const who = bot?.name ?? peer.script ?? peer.program ?? 'A program that isn’t paired';
      const text = `${who} sends far more requests than any bot needs, so Castkey slows it down`;
      activity.add('bot.slowed', text, { ...(bot && { bot: bot.name }), ok: false });
      notices.add('warning', `${text}. Its author should know.`);
    },
  };
}
