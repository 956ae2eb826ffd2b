/**
 * Whether a refresh token is sent, or sent again: all of it, as told row by row in docs/faults.md. Pure.
 *
 * A public application's refresh token works once. Sent a second time it ends every token and subscription of that
 * person and application, another computer's included (twitchdev/issues#903), and its first use ends the access token
 * that came with it. So whether it has been used can be read off that access token, which may be asked about freely.
 */
import { z } from 'zod';
import type { TwitchApplication } from '../applications/application.ts';

/** What became of the token in the hands of this vault. Kept on the disk before each request, so that a crash counts. */
const sent = z.enum([
  'never',
  /** Twitch, or what stands before it, said that it failed (5xx, a firewall). */
  'failed',
  /** No answer came that can be read: it may have been used. */
  'lost',
  /** The same once more, after it could not be told whether it had been used. */
  'lost-twice',
  'refused',
]);

/** Who else may have this login. */
const copies = z.enum([
  'none',
  /** Tokens before these are in a backup, so another computer may have its own by now. */
  'earlier',
  /** These very tokens are elsewhere, too: in a backup, or in the file they come from. */
  'elsewhere',
  /** The same, and they come from a backup: this computer makes them its own as soon as Twitch says that they hold. */
  'restored',
]);

/** Why Castkey leaves a login alone until the streamer decides. */
const parked = z.enum([
  /** Its access token ended before its time. */
  'used',
  /** The same, after an answer to a renewal was lost on the way. */
  'lost',
  /** It ran out, so that nobody can tell whether the refresh token has been used. */
  'untold',
  /** Twitch refused it, and its access token has run out. */
  'refused',
]);

/** What is known of a refresh token; part of the tokens it belongs to. */
export const refreshTokenUse = z.object({
  sent,
  copies,
  parked: parked.nullable(),
  /** Twitch said that the access token had ended before its time. */
  endedEarly: z.boolean(),
});
export type RefreshTokenUse = z.infer<typeof refreshTokenUse>;
export type ParkedReason = z.infer<typeof parked>;

/** A token nobody has sent, and nobody else has. */
export const UNUSED: RefreshTokenUse = { sent: 'never', copies: 'none', parked: null, endedEarly: false };

/** That of the tokens after these. */
export function nextUse(before: RefreshTokenUse | undefined): RefreshTokenUse {
  return { ...UNUSED, copies: before === undefined || before.copies === 'none' ? 'none' : 'earlier' };
}

/** That of tokens from before this was kept. */
export function assumedUse(state: 'ok' | 'needs-sign-in' | 'setup' | 'expired'): RefreshTokenUse {
  return { ...UNUSED, sent: state === 'needs-sign-in' ? 'refused' : 'never' };
}

/** Whether Twitch must be asked about the access token before the refresh token is sent. */
export function mayBeUsed(kind: TwitchApplication['kind'], use: RefreshTokenUse): boolean {
  return kind === 'public' && (use.sent !== 'never' || isElsewhere(use));
}

const isElsewhere = ({ copies }: RefreshTokenUse): boolean => copies === 'elsewhere' || copies === 'restored';

/** Twitch's word on the access token that came with it: it holds, it ended before its time, or its time is over. */
export type AccessToken = 'good' | 'ended' | 'over';

/** What is done with a refresh token that may have been used: it is sent, or left alone for that reason. */
export function planSending(use: RefreshTokenUse, access: AccessToken): 'send' | ParkedReason {
  if (access === 'good' || !mayBeUsed('public', use)) return 'send';
  if (access === 'ended') return use.sent === 'lost' || use.sent === 'lost-twice' ? 'lost' : 'used';
  if (use.sent === 'refused') return 'refused';
  if (isElsewhere(use) || use.sent === 'lost-twice') return 'untold';
  return use.sent !== 'never' && use.copies !== 'none' ? 'untold' : 'send';
}

/** What is written down before it is sent: should nobody live to see the answer, it may have been used. */
export function aboutToBeSent(use: RefreshTokenUse, access: AccessToken | null): RefreshTokenUse {
  const again = (use.sent === 'lost' || use.sent === 'lost-twice') && access !== 'good';
  return { ...use, sent: again ? 'lost-twice' : 'lost' };
}

/**
 * What is known once it did not work: `before` is how it stood before it was sent. Whether it is left alone does not change:
 * only Twitch's word on the access token, or a new pair, tells.
 */
export function afterTrouble(
  before: RefreshTokenUse,
  current: RefreshTokenUse,
  outcome: 'unsent' | 'failed' | 'lost' | 'refused',
): RefreshTokenUse {
  if (outcome === 'lost') return current;
  if (outcome === 'refused') return { ...current, sent: 'refused' };
  return { ...current, sent: outcome === 'failed' && before.sent === 'never' ? 'failed' : before.sent };
}
