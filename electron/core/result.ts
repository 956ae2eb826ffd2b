/**
 * One result for everything that may not work out, and every failure by name with its words. The words
 * are for a person and hold no secret; the code is what a bot or a window acts on.
 */

import { INTENT_RULE } from '../../shared/intent-name.ts';
import type { CallErrorCode } from '../../shared/ipc.ts';
import type { WireErrorCode } from '../../shared/protocol.ts';
import { quoted } from '../../shared/quoted.ts';
import type { Log } from './ports.ts';

/** Codes that bots get, and codes that windows get; some are the same. */
export type FailureCode = WireErrorCode | CallErrorCode;

/** Why something could not be done. */
export interface Failure<C extends FailureCode = WireErrorCode> {
  code: C;
  message: string;
  /** Milliseconds after which the same may work. */
  retryAfterMs?: number;
  /** Scopes that are lacking. */
  missing?: string[];
  /** Why nobody was asked by a window although one was allowed, in a sentence for the bot's author. */
  hint?: string;
  /** True when the record has an entry of its own for it, as for the streamer's own no. */
  recorded?: true;
}
/** The half of a result that says why not. */
export interface Failed<C extends FailureCode = WireErrorCode> {
  ok: false;
  error: Failure<C>;
}
/** What was asked for, or why it could not be had. */
export type Result<T, C extends FailureCode = WireErrorCode> = { ok: true; value: T } | Failed<C>;

/** A result that is good. */
export const success = <T>(value: T): { ok: true; value: T } => ({ ok: true, value });

/** Done, with nothing to hand over. */
export const OK: { ok: true; value: undefined } = { ok: true, value: undefined };

type More = Omit<Failure, 'code' | 'message'>;
/** Why something could not be done; the sentence is for a person. */
export const failed = <C extends FailureCode>(code: C, message: string, more: More = {}): Failed<C> => ({
  ok: false,
  error: { code, message, ...more },
});

/** The failure of a request to Twitch as a window is told it. */
export function asCallFailure({ error: { code, message } }: Failed): Failed<'setup' | 'twitch'> {
  return failed(code === 'setup' ? 'setup' : 'twitch', message);
}

/** A short reason fit for a log: an error's code, or its message. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}

/**
 * Twitch: how every sentence about its silence begins, then what it refuses. `notChecked` is for a
 * firewall's 403, say, which tells nothing of the token.
 */
export const UNREACHABLE = 'Twitch can’t be reached';
export const unreachable = (cause: string | null, retryAfterMs?: number) =>
  failed(
    'twitch-unreachable',
    cause === null ? `${UNREACHABLE}; Castkey keeps trying.` : `${UNREACHABLE} (${cause}).`,
    retryAfterMs === undefined ? {} : { retryAfterMs },
  );
export const notChecked = (reason: string) => failed('setup', `Twitch would not check it (${reason}).`);
export const requestRejected = (reason: string) =>
  failed('twitch-rejected', `Twitch refuses what was asked for (${reason}).`);

/** Accounts and their tokens. */
export const needsSignIn = (login: string, reason: string) =>
  failed('needs-sign-in', `${login} must sign in again: Twitch says ${quoted(reason)}.`);
export const loginSuperseded = (login: string) =>
  failed(
    'needs-sign-in',
    `A newer login of ${login} is on the disk, and Castkey can’t open it. Quit any other Castkey, or sign ${login} in again.`,
  );
export const loginParked = (login: string, why: string) =>
  failed('needs-sign-in', `${login} must sign in again: ${why}.`);
export const loginForeign = (login: string) =>
  failed('needs-sign-in', `The stored token of ${login} is another account’s. Sign ${login} in again.`);
export const bareToken = (login: string) =>
  failed('needs-sign-in', `${login} is a bare access token, which can’t be renewed.`);
export const bareTokenOver = (login: string) =>
  failed('needs-sign-in', `The token of ${login} is over and can’t be renewed; sign in instead.`);
export const bareTokenNotRotated = () =>
  failed(
    'needs-sign-in',
    'This is a bare token, which can’t be exchanged. End it where you made it, or sign in with Castkey instead.',
  );
export const refreshUnsaved = (retryAfterMs: number) =>
  failed(
    'internal',
    'The disk refuses to note that the login is being renewed. Free some space; Castkey keeps trying.',
    { retryAfterMs },
  );
export const rotationUnsaved = () =>
  failed(
    'internal',
    'The new token could not be written to disk, so the old one was left in force. Free some space, then try again.',
  );
export const rotationUnfinished = () =>
  failed(
    'twitch',
    'A new token was made, but Twitch could not be told to end the old one. Try again; otherwise it ends by itself within hours.',
  );
export const unknownUser = (userId: string) =>
  failed('unknown-user', `Castkey has no account with the ID ${userId}.`);
export const unknownIntent = (intent: string) =>
  failed('unknown-intent', `No account has the intent ${quoted(intent)}.`);
export const intentUnsaved = (intent: string) =>
  failed(
    'internal',
    `The disk refuses to note who has the job ${quoted(intent)}. Free some space, then ask again.`,
  );
export const accountRemoved = () => failed('unknown-user', 'The account was removed from Castkey.');
export const noSuchAccount = () => failed('not-found', 'That account is no longer in Castkey.');
export const notAllRefreshed = (failures: number, all: number) =>
  failed('twitch', `${failures} of ${all} accounts could not be refreshed.`);
export const badIntentName = () => failed('bad-request', `A job’s name ${INTENT_RULE}`);
export const tokenNotChecked = () => failed('twitch', `${UNREACHABLE} just now; try again.`);
export const tokenNotValid = () => failed('refused', 'Twitch says that this token is not valid.');
export const tokenOfApplication = () =>
  failed('refused', 'That is a token of an application, not of an account.');
export const signedInAlready = (login: string) =>
  failed('refused', `${login} is signed in already, which is better than a bare token.`);

/** Scopes in a message, which has room for some. */
const listed = (scopes: string[]): string => scopes.slice(0, 5).join(', ') + (scopes.length > 5 ? ', …' : '');

/** Consent and sign-in. A vault that is locked, left for another application, or closed stops every one. */
export const scopesNotGranted = (login: string, missing: string[]) =>
  failed('scope-missing', `${login} has not granted ${listed(missing)}.`, { missing });
export const consentIncomplete = (missing: string[]) =>
  failed('scope-missing', `Twitch did not grant ${listed(missing)}, as was asked.`, { missing });
export const consentNarrower = (login: string, missing: string[]) =>
  failed('scope-missing', `Twitch left out ${listed(missing)}, so ${login}’s old login was kept.`, {
    missing,
  });
export const consentDenied = () => failed('consent-denied', 'The streamer said no to Twitch’s question.');
export const signInClosed = () => failed('consent-denied', 'The streamer closed the sign-in window.');
export const signInUnshown = () =>
  failed('internal', 'Castkey could not show its sign-in window, so the streamer was not asked. Try again.');
export const consentTimeout = (hint: string | null = null) =>
  failed('consent-timeout', 'Nobody signed in at Twitch in time.', hint === null ? {} : { hint });
export const consentAbandoned = () => failed('consent-timeout', 'Nobody waits for it any more.');
export const consentThrottled = (retryAfterMs: number) =>
  failed('rate-limited', 'Consent was asked for too often for this bot.', { retryAfterMs });
export const wrongAccount = (login: string, wanted: string) =>
  failed('wrong-account', `${login} signed in, but it had to be ${wanted}. Nothing was changed.`);
export const signInStopped = <C extends 'shutting-down' | 'locked' | 'setup'>(code: C) =>
  failed(code, 'Castkey was locked or closed while waiting.');
export const signInLocked = () => failed('locked', 'Castkey was locked.');
export const questionTooNew = () =>
  failed('refused', 'This question has only just come. Read it first, then click again.');
export const notYou = () =>
  failed('consent-denied', 'The streamer said that it was not her who signed in.', { recorded: true });
export const newcomerUnanswered = () =>
  failed('consent-timeout', 'Nobody said whether the right person signed in.', { recorded: true });
export const signInOver = () => failed('not-found', 'This sign-in is already over.');
export const noDeviceCode = () =>
  failed('refused', 'Twitch has not given a code yet; try again in a moment.');
export const pageNotOpened = (url: string) => failed('refused', `No browser opened. The page is ${url}`);
export const NO_BROWSER = 'No browser opened. Use “Copy link”.';

/** Bots: pairing, approval, grants. */
export const approvalTimeout = (hint: string | null = null) =>
  failed('approval-timeout', 'Nobody answered in time.', hint === null ? {} : { hint });
export const approvalDenied = (again: boolean) =>
  failed('denied', `The streamer said no${again ? ' a few minutes ago' : ''}.`, { recorded: true });
export const approvalLocked = () => failed('locked', 'Castkey was locked.', { recorded: true });
export const approvalQueueFull = () => failed('busy', 'Too many questions are waiting for the streamer.');
export const approvalUnshown = () =>
  failed('internal', 'Castkey could not show its window, so the streamer was not asked. Try again.');
export const approvalThrottled = (retryAfterMs: number) =>
  failed('rate-limited', 'The streamer was asked too often for this bot.', { retryAfterMs });
export const pairingThrottled = (retryAfterMs: number) =>
  failed('rate-limited', 'The streamer was asked too often for this program.', { retryAfterMs });
export const notPairedUnasked = () =>
  failed('denied', 'Only the streamer lets a bot in; ask with "interactive": "allow" or "notify".');
export const pairingAbandoned = () => failed('internal', 'Nobody waits for this pairing any more.');
export const pairingUnsaved = () =>
  failed(
    'internal',
    'The disk refuses to note this pairing, so the bot was not let in. Free some space, then try again.',
  );
export const notGranted = () =>
  failed(
    'denied',
    'This bot may not use the account; ask with "interactive": "allow" to have the streamer decide.',
  );
export const jobMoved = () =>
  failed('denied', 'The job belongs to another account than when this was asked. Ask again.');
export const grantTakenBack = () => failed('denied', 'The permission was taken back.');
export const programChanged = () =>
  failed(
    'denied',
    'The bot’s key is used by another program than the streamer allowed; she decides in Castkey, on the page Bots.',
  );
export const remoteWithoutRejected = () =>
  failed('denied', 'A bot of another computer must say which token failed: send `rejected`.');
export const remoteWithoutAppToken = () =>
  failed('denied', 'A bot of another computer gets no application token.');
export const botRemoved = () => failed('not-paired', 'This bot was removed from Castkey.');
export const noSuchBot = () => failed('not-found', 'That bot is no longer paired.');
export const noSuchGrant = () => failed('not-found', 'That permission is already gone.');
export const nothingChanged = () => failed('refused', 'Nothing has changed at that bot.');
export const changedOnceMore = () => failed('refused', 'It has changed once more. Look again, then decide.');
export const grantNotWidened = () =>
  failed('bad-request', 'A permission can be narrowed here. The bot itself asks for more.');
export const grantEmptied = () => failed('bad-request', 'To leave nothing of it, take the permission back.');
export const approvalOver = () => failed('refused', 'That question is no longer open.');
export const noQuestion = () => failed('not-found', 'No question is waiting any more.');
export const approvalEarly = () =>
  failed('refused', 'That question was shown too short a time ago. Read it, then answer.');
export const approvalChanged = () =>
  failed('refused', 'What you were asked about has changed. Here it is once more: read it, then answer.');
export const choiceNotOffered = () => failed('refused', 'That answer is not for this question.');
export const otherProgram = () =>
  failed('refused', 'Another program has taken its place. Deny, then start the bot again.');
export const dangerNotUnderstood = () =>
  failed('refused', 'Tick “I understand” first: this gives away something dangerous.');

/**
 * The vault as a whole: lock, passphrase, keychain, application. `storeSealed`: what this bot needs of it was sealed
 * by another keychain.
 */
export const locked = () => failed('locked', 'Castkey is locked. Unlock it in its window.');
export const storeSealed = () => failed('locked', 'Castkey can’t open its store yet; see its window.');
export const passphraseWanted = () => failed('locked', 'Type your passphrase to unlock Castkey.');
export const wrongPassphrase = () => failed('refused', 'That passphrase is not the right one.');
export const noPassphraseSet = () => failed('refused', 'No passphrase protects your logins.');
export const newPassphraseUnwanted = () =>
  failed(
    'refused',
    'Logins that your old passphrase sealed are still there. Read first what the window says of it.',
  );
export const presenceNotConfirmed = () => failed('refused', 'Your computer did not confirm that it is you.');
export const unlockingAlready = () => failed('refused', 'Castkey is being unlocked already.');
export const trayThrottled = () =>
  failed('refused', 'The tray opened that sign-in a moment ago. Once more is for the window to ask.');
export const sealedAlready = () => failed('refused', 'Your logins are already sealed.');
export const shuttingDown = () => failed('shutting-down', 'Castkey is closing.');
export const internalError = () => failed('internal', 'Something went wrong in Castkey; its log says what.');

/** The sandbox and the real Twitch are exchanged. */
export const vaultNotSwitched = () =>
  failed('refused', 'That did not work, so everything is as it was. The log tells more.');

/**
 * Whether the disk took a write; when not, the log says why. Then the failures of disk and files;
 * `fileRefused` is for one that was read but can't be used, in its feature's own sentence.
 */
export async function stored(
  log: Pick<Log, 'error'>,
  write: Promise<unknown>,
): Promise<Result<void, 'storage'>> {
  try {
    await write;
    return OK;
  } catch (error) {
    log.error('something could not be written', { reason: reasonOf(error) });
    return notStored();
  }
}
export const notStored = () =>
  failed('storage', 'The disk refuses to keep this. Free some space, then try again.');
export const fileNotWritten = (what: string, reason: string) =>
  failed('storage', `${what} could not be written there (${reason}). Choose another place.`);
export const fileNotRead = (name: string, reason: string) =>
  failed('storage', `${name} can’t be read (${reason}).`);
export const fileDialogOpen = () => failed('refused', 'A file is being chosen, read or written already.');
export const vaultLeft = () =>
  failed('refused', 'Castkey has moved on in the meantime. Nothing was changed.');
export const fileRefused = (why: string) => failed('refused', why);
/** What was sent is not what the schema says; `what` tells in its words what came instead. */
export const badParams = (what: string) => failed('bad-request', what);
