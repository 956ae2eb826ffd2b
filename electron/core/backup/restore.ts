/** Puts what a backup holds into the vault: what is here and newer stays. */
import { quoted } from '../../../shared/quoted.ts';
import type { Account } from '../accounts/account.ts';
import { chooseLogin, type LoginChoice } from '../accounts/login-choice.ts';
import { saveApplication } from '../applications/application.ts';
import { advice, bad, good, kept, type ReportLine } from '../report.ts';
import { reasonOf } from '../result.ts';
import { keepsSecrets } from '../secret.ts';
import type { Services } from '../services.ts';
import type { VaultControl } from '../vault/vault-control.ts';
import type { BackupContents } from './contents.ts';

type RestoreServices = Pick<Services, 'accounts' | 'activity' | 'bots' | 'deps' | 'refresher' | 'scheduler'>;

const DISK = 'the disk refuses to keep it. Free some space, then restore once more';

/** Takes the application if there is none here, then accounts, jobs, bots; each on disk before it is used. */
export async function restoreContents(
  services: RestoreServices,
  control: VaultControl,
  contents: BackupContents,
): Promise<ReportLine[]> {
  await control.openSealed(); // what rests on the disk here must be compared, too
  const wasEmpty = control.app() === null && services.bots.list().length === 0;
  const app = await restoreApp(services, control, contents);
  const clientId = control.app()?.clientId ?? null;
  if (clientId === null || contents.app?.clientId !== clientId) return app;
  const logins: ReportLine[] = [];
  for (const account of contents.accounts) logins.push(await restoreLogin(services, account, clientId));
  const lines = [
    ...app,
    ...logins,
    ...(await restoreIntents(services, contents)),
    ...(await restoreBots(services, contents)),
    ...(wasEmpty ? await restoreSettings(control, contents) : []),
  ];
  services.scheduler.resume(); // asks Twitch about every login soon, behind the report's back
  if (logins.some(({ tone }) => tone === 'good')) lines.push(advice(OLD_COMPUTER));
  return lines;
}

const OLD_COMPUTER =
  'The computer this backup comes from must not go on using these logins: quit Castkey there and don’t start it again. Don’t use Remove there: that would sign the accounts out here, too.';

async function restoreApp(
  { deps }: RestoreServices,
  control: VaultControl,
  { app, accounts }: BackupContents,
): Promise<ReportLine[]> {
  const here = control.app();
  if (app === null)
    return [bad('This backup was made before a Twitch application was set up; there is nothing in it.')];
  if (here === null) {
    try {
      await saveApplication(deps.documents, deps.box, app, keepsSecrets(deps));
    } catch (error) {
      deps.log.error('a restored application could not be written', { reason: reasonOf(error) });
      return [bad(`Nothing was changed: ${DISK}.`)];
    }
    await control.switchApplication(app);
    return [good('The Twitch application was taken over.')];
  }
  if (here.clientId === app.clientId) return [];
  return [
    ...accounts.map(({ login }) => bad(`${login} was refused: it belongs to another Twitch application.`)),
    advice(
      `This backup is for the Twitch application ${app.clientId}, but Castkey here works with ${here.clientId}. Twitch’s logins work with one application only. Nothing was changed; choose that application in Settings first, then restore once more.`,
    ),
  ];
}

async function restoreLogin(
  services: RestoreServices,
  account: Account,
  clientId: string,
): Promise<ReportLine> {
  const { accounts, activity, refresher } = services;
  const { login, userId } = account;
  if (account.clientId !== clientId)
    return bad(`${login} was refused: it belongs to another Twitch application.`);
  const held = accounts.get(userId);
  if (held !== null) await refresher.pending(held);
  const result = await accounts.importLogin({ ...account, onlyCopy: false }, (here) =>
    chooseLogin(here, { tokens: account.tokens, confirmed: false }),
  );
  if (result === 'take') activity.add('account.restored', `You restored ${login} from a backup`, { login });
  return REPORT_LINES[result](login);
}

const REPORT_LINES: Record<LoginChoice | 'unsaved', (login: string) => ReportLine> = {
  take: (login) => good(`${login} was taken over. Castkey is asking Twitch whether the login still holds.`),
  same: (login) => kept(`${login} is here already, with the same login.`),
  older: (login) => kept(`${login} stays as it is here: this login is newer than the one in the backup.`),
  narrower: (login) =>
    kept(`${login} stays as it is here: it has permissions that the one in the backup lacks.`),
  bare: (login) => kept(`${login} stays as it is here: the one in the backup can’t be renewed.`),
  unsaved: (login) => bad(`${login} was not taken over: ${DISK}.`),
};

/** Jobs that nobody has here. */
async function restoreIntents(
  { accounts, deps }: RestoreServices,
  { intents }: BackupContents,
): Promise<ReportLine[]> {
  const lines: ReportLine[] = [];
  for (const [intent, userId] of intents) {
    const [holder, account] = [accounts.holder(intent), accounts.get(userId)];
    if (holder !== null && holder !== account)
      lines.push(kept(`The job ${quoted(intent)} stays with ${holder.login}.`));
    if (holder !== null || account === null) continue;
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
  { activity, bots, deps }: RestoreServices,
  contents: BackupContents,
): Promise<ReportLine[]> {
  if (contents.bots.length === 0) return [];
  try {
    const added = new Set((await bots.importBots(contents.bots)).map(({ keyId }) => keyId));
    return contents.bots.map(({ keyId, name }) => {
      if (!added.has(keyId))
        return kept(`The bot ${name} is paired here already; its permissions stay as they are.`);
      activity.add('bot.restored', `You restored the bot ${name} from a backup`, { bot: name });
      return good(`The bot ${name} is paired with the key it has, and may do what it could do before.`);
    });
  } catch (error) {
    deps.log.error('restored bots could not be written', { reason: reasonOf(error) });
    return [bad(`No bot was taken over: ${DISK}.`)];
  }
}

async function restoreSettings(control: VaultControl, { settings }: BackupContents): Promise<ReportLine[]> {
  try {
    await control.setSettings(settings);
    return [];
  } catch {
    return [bad(`Your settings were not taken over: ${DISK}.`)];
  }
}
