/** What a login that is left alone is called, for bots and for the streamer, and what trying it anyway may cost. */
import type { ParkedReason } from './refresh-token-use.ts';

/** The middle of a sentence. */
export const PARKED_WORDS: Record<Exclude<ParkedReason, 'refused'>, string> = {
  used: 'used on another computer, or disconnected at Twitch',
  lost: 'Twitch’s answer to a renewal was lost on the way, and the login before it is over',
  untold: 'it has run out, and nobody can tell whether it was renewed elsewhere or by a lost answer',
};

/** Shown before the streamer tries it anyway. */
export const TRY_ANYWAY_COST =
  'Twitch takes each renewal of a login only once. If this one has been used already, Twitch signs this account out of every Castkey and every program with the same Twitch application, on other computers too, in the middle of a stream if there is one. Signing in again costs nothing.';
