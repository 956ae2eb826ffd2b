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
