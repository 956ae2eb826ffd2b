/** The cast of all tests: people by user ID, with their login names, and a Twitch application. */

/** The Twitch application that vaults over the fake Twitch use. */
export const CLIENT_ID = 'clientid0000000000000000000001';

/** Accounts at the fake Twitch in memory. */
export const ALICE = '1001';
export const BOB = '1002';

/** Accounts that the sandbox Twitch begins with: a streamer, her bot and moderator, another streamer, a viewer. */
export const LUNA = '700100001';
export const BOT = '700100002';
export const MAX = '700100003';
export const PIA = '700100004';
export const QUINN = '700100005';

export const LOGINS = {
  [ALICE]: 'alice',
  [BOB]: 'bob',
  [LUNA]: 'luna_streams',
  [BOT]: 'luna_bot',
  [MAX]: 'modmax',
  [PIA]: 'pixelpia',
  [QUINN]: 'quiet_quinn',
} as const;
