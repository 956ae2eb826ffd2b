/** Puts what a backup holds into the vault: what is here and newer stays. */
import { quoted } from '../../../shared/quoted.ts';
import type { Account } from '../accounts/account.ts';
import { chooseLogin, type LoginChoice } from '../accounts/login-choice.ts';
import type { Grant } from '../bots/grants.ts';
import { advice, bad, good, kept, type ReportLine } from '../report.ts';
import { reasonOf, UNREACHABLE } from '../result.ts';
import type { Services } from '../services.ts';
import type { VaultControl } from '../vault/vault-control.ts';
import { askAbout, type NotConfirmed } from './asked-twitch.ts';
import { capTimes } from './capped-times.ts';
import type { BackupContents, SavedApplication } from './contents.ts';
import { settleRestored } from './restored-login.ts';

/** What restoring works with. */
export type RestoreServices = Pick<
  Services,
  | 'accounts'
  | 'activity'
  | 'applications'
  | 'bots'
  | 'deps'
  | 'refresher'
  | 'scheduler'
  | 'twitch'
  | 'validator'
>;

const DISK = 'the disk refuses to keep it. Free some space, then restore once more';

/** Takes applications that aren't here, then accounts, jobs, bots; each on disk before it is used. */
export async function restoreContents(
  services: RestoreServices,
  control: VaultControl,
  written: BackupContents,
): Promise<ReportLine[]> {
  const contents = capTimes(written, services.deps.clock.now());
  await control.openSealed(); // what rests on the disk here must be compared, too
  const { applications, bots } = services;
  const wasEmpty = applications.list().length === 0 && bots.list().length === 0;
  const brought = await restoreApplications(services, control, contents);
  if (applications.list().length === 0) return brought;
  const logins: RestoredLogin[] = [];
  for (const account of contents.accounts) logins.push(await restoreLogin(services, account));
  const theirs = logins.filter(({ isTheirs }) => isTheirs);
  const mayUse: MayUse = ({ userId, clientId }) =>
    wasEmpty || theirs.some((one) => one.userId === userId && (clientId ?? one.clientId) === one.clientId);
  const lines = [
    ...brought,
    ...logins.map(({ line }) => line),
    ...(await restoreIntents(services, contents, mayUse)),
    ...(await restoreBots(services, contents, mayUse)),
    ...(wasEmpty ? await restoreSettings(control, contents) : []),
  ];
  services.scheduler.resume(); // what could not be asked about is, soon
  if (logins.some(({ line }) => line.tone === 'good')) lines.push(advice(OLD_COMPUTER));
  return lines;
}

const OLD_COMPUTER =
  'The computer this backup comes from must not go on using these logins: quit Castkey there and don’t start it again. Don’t use Remove there: that would sign the accounts out here, too.';

/** Those that are here already stay as they are. The backup's default becomes the one here where there is none. */
async function restoreApplications(
  { applications, deps }: RestoreServices,
  control: VaultControl,
  { applications: saved, defaultApplication }: BackupContents,
): Promise<ReportLine[]> {
  if (saved.length === 0 && applications.list().length === 0)
    return [bad('This backup was made before a Twitch application was set up; there is nothing in it.')];
  const lines: ReportLine[] = [];
  const isFirst = ({ app }: SavedApplication): boolean => app.clientId === defaultApplication;
  const inOrder = [...saved.filter(isFirst), ...saved.filter((one) => !isFirst(one))];
  for (const { app, label } of inOrder) {
    if (applications.get(app.clientId) !== null) continue;
    try {
      await applications.add(app, { label, source: 'backup' });
      lines.push(good(takenOver(saved.length > 1 ? applications.nameOf(app.clientId) : null)));
    } catch (error) {
      deps.log.error('a restored application could not be written', { reason: reasonOf(error) });
      // With what the disk has so far; without any there is nothing that a login could be for.
      if (lines.length === 0 && applications.list().length === 0)
        return [bad(`Nothing was changed: ${DISK}.`)];
      lines.push(bad(`The Twitch application ${app.clientId} was not taken over: ${DISK}.`));
    }
  }
  if (lines.length > 0) await control.loadAccounts();
  return lines;
}

const takenOver = (name: string | null): string =>
  `The Twitch application ${name === null ? '' : `${name} `}was taken over.`;

/** What came of one login. */
interface RestoredLogin {
  userId: string;
  clientId: string;
  line: ReportLine;
  /**
   * The login in use by now is the backup's, and Twitch or the one here has confirmed it; so what the backup says
   * about its bots and jobs may hold. A file of somebody else's must not give bots rights to an account it only names.
   */
  isTheirs: boolean;
}

async function restoreLogin(services: RestoreServices, account: Account): Promise<RestoredLogin> {
  const { accounts, activity, applications, deps, refresher, twitch } = services;
  const { clientId, login, userId } = account;
  const done = (line: ReportLine, isTheirs = false): RestoredLogin => ({ userId, clientId, line, isTheirs });
  if (applications.get(clientId) === null)
    return done(bad(`${login} was refused: the Twitch application it belongs to isn’t here.`));
  const held = accounts.get({ clientId, userId });
  if (held !== null) await refresher.pending(held);
  const unasked = { account, comparison: { tokens: account.tokens, confirmed: false, newer: null } };
  const now = deps.clock.now();
  const mustAsk = held !== null && ['take', 'older'].includes(chooseLogin(held, unasked.comparison, now));
  const version = held?.tokens.version;
  const asked = mustAsk ? await askAbout(twitch, account, held, now) : unasked;
  if (typeof asked === 'string') return done(NOT_CONFIRMED[asked](login));
  const result = await accounts.importLogin({ ...asked.account, onlyCopy: false }, (here) =>
    // A refresh or a sign-in that came in between is newer than all that Twitch was asked about.
    here?.tokens.version === version ? chooseLogin(here, asked.comparison, now) : 'older',
  );
  if (result === 'take') activity.add('account.restored', `You restored ${login} from a backup`, { login });
  // A token that Twitch calls good proves no more than that somebody was given it once, as every bot is.
  const isTheirs = result === 'same' || (result === 'take' && asked.comparison.confirmed);
  const taken = result === 'take' ? accounts.get({ clientId, userId }) : null;
  return done(taken === null ? REPORT_LINES[result](login) : await settleRestored(services, taken), isTheirs);
}

const NOT_CONFIRMED: Record<NotConfirmed, (login: string) => ReportLine> = {
  unreachable: (login) =>
    kept(
      `${login} stays as it is here: ${UNREACHABLE} just now, so the login in the backup could not be checked. Restore once more later if you need it.`,
    ),
  over: (login) =>
    kept(
      `${login} stays as it is here: this login works, and Twitch no longer accepts the token in the backup.`,
    ),
  foreign: (login) =>
    bad(`${login} was refused: Twitch says that the login in the backup is somebody else’s.`),
};

const REPORT_LINES: Record<LoginChoice | 'unsaved', (login: string) => ReportLine> = {
  take: (login) => good(`${login} was taken over.`),
  same: (login) => kept(`${login} is here already, with the same login.`),
  older: (login) => kept(`${login} stays as it is here: this login is newer than the one in the backup.`),
  narrower: (login) =>
    kept(`${login} stays as it is here: it has permissions that the one in the backup lacks.`),
  bare: (login) => kept(`${login} stays as it is here: the one in the backup can’t be renewed.`),
  unsaved: (login) => bad(`${login} was not taken over: ${DISK}.`),
};

/**
 * Whether what the backup says of a person's bots and jobs may hold: by her login for that application, or any if it
 * is null. Nobody's is no person's.
 */
type MayUse = (login: { userId: string | null; clientId: string | null }) => boolean;

/** Jobs that nobody has here. */
async function restoreIntents(
  { accounts }: RestoreServices,
  { intents }: BackupContents,
  mayUse: MayUse,
): Promise<ReportLine[]> {
  const lines: ReportLine[] = [];
  for (const [intent, userId] of intents) {
    const [holder, account] = [accounts.holder(intent), accounts.loginsOf(userId)[0]];
    if (holder !== null && holder !== userId)
      lines.push(kept(`The job ${quoted(intent)} stays with ${accounts.loginsOf(holder)[0]?.login}.`));
    if (holder !== null || account === undefined || !mayUse({ userId, clientId: null })) continue;
    if (!(await accounts.giveIntent(userId, intent)))
      lines.push(bad(`${account.login} did not get its job ${quoted(intent)}: ${DISK}.`));
  }
  return lines;
}

/** Each is named: a bot that comes with its key needs no approval any more. */
async function restoreBots(
  { accounts, activity, bots, deps }: RestoreServices,
  contents: BackupContents,
  mayUse: MayUse,
): Promise<ReportLine[]> {
  if (contents.bots.length === 0) return [];
  const { defaultApplication } = contents;
  const brought = contents.bots.map((bot) => {
    const clientId = bot.clientId ?? defaultApplication;
    // A file is no yes to the application's own token, which reaches further than any one login.
    const isAllowed = (grant: Grant): boolean =>
      !grant.app && mayUse({ userId: accounts.find(grant), clientId });
    const grants = bot.grants.filter(isAllowed);
    return { ...bot, clientId, grants };
  });
  try {
    const added = new Set((await bots.importBots(brought)).map(({ keyId }) => keyId));
    return contents.bots.map(({ keyId, name, grants }, index) => {
      if (!added.has(keyId))
        return kept(`The bot ${name} is paired here already; its permissions stay as they are.`);
      activity.add('bot.restored', `You restored the bot ${name} from a backup`, { bot: name });
      const lost = grants.length - (brought[index]?.grants.length ?? 0);
      const may = lost === 0 ? 'and may do what it could do before' : ASKS_ANEW;
      return good(`The bot ${name} is paired with the key it has, ${may}.`);
    });
  } catch (error) {
    deps.log.error('restored bots could not be written', { reason: reasonOf(error) });
    return [bad(`No bot was taken over: ${DISK}.`)];
  }
}

const ASKS_ANEW =
  'but asks you anew for what doesn’t come with a backup: logins that were not taken over, and the application’s own token';

async function restoreSettings(control: VaultControl, { settings }: BackupContents): Promise<ReportLine[]> {
  try {
    await control.setSettings(settings);
    return [];
  } catch {
    return [bad(`Your settings were not taken over: ${DISK}.`)];
  }
}
