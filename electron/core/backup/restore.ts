/** Puts what a backup holds into the vault: what is here and newer stays. */
import { quoted } from '../../../shared/quoted.ts';
import type { Account } from '../accounts/account.ts';
import { chooseLogin, type LoginChoice } from '../accounts/login-choice.ts';
import { advice, bad, good, kept, type ReportLine } from '../report.ts';
import { reasonOf, UNREACHABLE } from '../result.ts';
import type { Services } from '../services.ts';
import type { VaultControl } from '../vault/vault-control.ts';
import { askAbout, type NotConfirmed } from './asked-twitch.ts';
import { capTimes } from './capped-times.ts';
import type { BackupContents } from './contents.ts';
import { settleRestored } from './restored-login.ts';

type RestoreServices = Pick<
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

/** Takes the application if there is none here, then accounts, jobs, bots; each on disk before it is used. */
export async function restoreContents(
  services: RestoreServices,
  control: VaultControl,
  written: BackupContents,
): Promise<ReportLine[]> {
  const contents = capTimes(written, services.deps.clock.now());
  await control.openSealed(); // what rests on the disk here must be compared, too
  const { applications, bots } = services;
  const wasEmpty = applications.list().length === 0 && bots.list().length === 0;
  const app = await restoreApp(services, control, contents);
  const clientId = contents.app?.clientId ?? '';
  if (applications.get(clientId) === null) return app;
  const logins: RestoredLogin[] = [];
  for (const account of contents.accounts) logins.push(await restoreLogin(services, account, clientId));
  const theirs = logins.flatMap(({ userId, isTheirs }) => (isTheirs ? [userId] : []));
  const mayUse = (userId: string | null): boolean => wasEmpty || theirs.includes(userId ?? '');
  const lines = [
    ...app,
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

async function restoreApp(
  { applications, deps }: RestoreServices,
  control: VaultControl,
  { app }: BackupContents,
): Promise<ReportLine[]> {
  if (app === null)
    return [bad('This backup was made before a Twitch application was set up; there is nothing in it.')];
  if (applications.get(app.clientId) !== null) return [];
  try {
    await applications.add(app, { label: '', source: 'backup' });
  } catch (error) {
    deps.log.error('a restored application could not be written', { reason: reasonOf(error) });
    return [bad(`Nothing was changed: ${DISK}.`)];
  }
  await control.loadAccounts();
  return [good('The Twitch application was taken over.')];
}

/** What came of one login. */
interface RestoredLogin {
  userId: string;
  line: ReportLine;
  /**
   * The login in use by now is the backup's, and Twitch or the one here has confirmed it; so what the backup says
   * about its bots and jobs may hold. A file of somebody else's must not give bots rights to an account it only names.
   */
  isTheirs: boolean;
}

async function restoreLogin(
  services: RestoreServices,
  account: Account,
  clientId: string,
): Promise<RestoredLogin> {
  const { accounts, activity, deps, refresher, twitch } = services;
  const { login, userId } = account;
  const done = (line: ReportLine, isTheirs = false): RestoredLogin => ({ userId, line, isTheirs });
  if (account.clientId !== clientId)
    return done(bad(`${login} was refused: it belongs to another Twitch application.`));
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

/** Whether what the backup says of an account's bots and jobs may hold; null: of nobody's. */
type MayUse = (userId: string | null) => boolean;

/** Jobs that nobody has here. */
async function restoreIntents(
  { accounts, deps }: RestoreServices,
  { intents }: BackupContents,
  mayUse: MayUse,
): Promise<ReportLine[]> {
  const lines: ReportLine[] = [];
  for (const [intent, userId] of intents) {
    const [holder, account] = [accounts.holder(intent), accounts.loginsOf(userId)[0]];
    if (holder !== null && holder !== userId)
      lines.push(kept(`The job ${quoted(intent)} stays with ${accounts.loginsOf(holder)[0]?.login}.`));
    if (holder !== null || account === undefined || !mayUse(userId)) continue;
    try {
      await accounts.setIntents(userId, [...accounts.intentsOf(userId), intent]);
    } catch (error) {
      deps.log.error('a restored job could not be written', { reason: reasonOf(error) });
      lines.push(bad(`${account.login} did not get its job ${quoted(intent)}: ${DISK}.`));
    }
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
  const brought = contents.bots.map((bot) => ({
    ...bot,
    grants: bot.grants.filter((grant) => mayUse(accounts.find(grant))),
  }));
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

const ASKS_ANEW = 'but asks you anew for accounts whose login was not taken over from this backup';

async function restoreSettings(control: VaultControl, { settings }: BackupContents): Promise<ReportLine[]> {
  try {
    await control.setSettings(settings);
    return [];
  } catch {
    return [bad(`Your settings were not taken over: ${DISK}.`)];
  }
}
