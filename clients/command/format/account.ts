import type { VaultStatus } from '../../javascript/src/types.ts';
import type { Tone } from './colours.ts';

type State = VaultStatus['users'][number]['state'];

/** How an account stands, in words for the streamer, and how much it matters. */
export const ACCOUNT_STATES: Readonly<Record<State, { readonly text: string; readonly tone: Tone }>> = {
  ok: { text: 'ok', tone: 'good' },
  offline: { text: 'ok, but Twitch is out of reach', tone: 'care' },
  'needs-sign-in': { text: 'the streamer must sign in again', tone: 'bad' },
  setup: { text: 'the Twitch application is set up wrongly', tone: 'bad' },
  expired: { text: 'expired', tone: 'bad' },
};

/**
 * A length of time as people say it, in at most two units: `3 h 12 min`, `5 min`, `40 s`, `58 d`.
 *
 * @param ms Milliseconds; below zero it is over.
 */
export function timeLeft(ms: number): string {
  if (ms < 0) return 'over';
  const seconds = Math.floor(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d`;
}
