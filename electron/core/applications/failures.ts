/** Failures of Twitch applications and their words: for bots, and for the streamer who enters one. */
import { failed } from '../result.ts';

/** What bots are told first, then what she is told who enters an application or chooses one. */
export const noApplication = () =>
  failed(
    'setup',
    'Castkey has no Twitch application yet: add one in its Settings, or let a bot bring its own client ID.',
  );
export const noUsableApplication = (name: string) =>
  failed('setup', `The secret of the Twitch application ${name} can’t be opened; enter it again in Castkey.`);
export const badApplication = () =>
  failed('bad-request', 'twitchClientId is no client ID: Twitch’s have letters and digits only.');
export const noAppToken = () =>
  failed('no-app-token', 'A public Twitch application has no token of its own.');
export const badClientId = () =>
  failed('bad-request', 'That is no client ID: Twitch’s have letters and digits only.');
export const secretWanted = () => failed('setup', 'A confidential application needs its client secret.');
export const applicationWanted = () =>
  failed('refused', 'Choose the Twitch application this bot works with first.');
export const publicNotAccepted = () =>
  failed(
    'setup',
    'Twitch says that this application is Confidential: choose that, and enter its client secret.',
  );
export const noSuchApplication = () => failed('not-found', 'There is no such Twitch application any more.');
export const applicationNotAccepted = (reason: string) =>
  failed('setup', `Twitch says: ${reason}. Please check what you entered.`);
export const applicationChanged = () =>
  failed(
    'denied',
    'The bot asks for tokens of another Twitch application than it was allowed for; the streamer has to say yes first.',
  );
export const applicationUnsaved = () =>
  failed(
    'internal',
    'The disk refuses to note the bot’s Twitch application. Free some space, then ask again.',
  );
export const notSignedInFor = (login: string, application: string) =>
  failed('needs-sign-in', `${login} has not signed in for the Twitch application ${application} yet.`);
export const applicationRefused = (reason: string) =>
  failed('setup', `Twitch refuses Castkey’s application (${reason}). Check it in Settings.`);
export const appTokenKept = () =>
  failed('twitch', 'Twitch could not be told to end the token. Try again; otherwise it ends by itself.');
export const appTokenGone = () =>
  failed('not-found', 'Castkey doesn’t have this token any more, so it ends by itself.');
