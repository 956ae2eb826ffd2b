/** The three things a streamer does with files: export a backup, restore one, import logins. */
import { z } from 'zod';
import { CALL_LIMITS, type CallResult } from '../../../shared/ipc.ts';
import type { ReportView } from '../../../shared/views.ts';
import type { ActionsOf } from '../action.ts';
import type { ChosenSource } from '../ports.ts';
import { advice, bad, type ReportLine } from '../report.ts';
import {
  fileDialogOpen,
  fileNotRead,
  fileNotWritten,
  fileRefused,
  notStored,
  reasonOf,
  success,
} from '../result.ts';
import type { Services } from '../services.ts';
import { interruption, type VaultControl } from '../vault/vault-control.ts';
import { readContents, writeContents } from './contents.ts';
import { type OpenedBackup, openBackup, sealBackup } from './envelope.ts';
import { exportReport, gatherContents, noteCopies } from './export.ts';
import { type ForeignFile, readForeignFile } from './foreign-logins.ts';
import { importLogin, QUITTING } from './import.ts';
import { type RestoreServices, restoreContents } from './restore.ts';

type BackupServices = RestoreServices & Pick<Services, 'unfinished'>;

type Report = CallResult<ReportView | null>;

const { min: MIN_LENGTH, max: MAX_LENGTH } = CALL_LIMITS.passphrase;
/** For a new backup; an old one is opened with whatever it was made with. */
const newPassphrase = z.string().min(MIN_LENGTH).max(MAX_LENGTH);
const NONE: Report = success(null);
const report = (lines: ReportLine[]): Report => success({ lines });

/** One at a time: two dialogs of the system, or two restores, would only get into each other's way. */
export function backupActions(
  services: BackupServices,
  control: VaultControl,
): ActionsOf<'backup' | 'login'> {
  let busy = false;
  const sent = new Set<string>();

  async function alone(run: () => Promise<Report>): Promise<Report> {
    if (busy) return fileDialogOpen();
    busy = true;
    try {
      return await run();
    } finally {
      busy = false;
    }
  }

  return {
    'backup.export': {
      arg: z.strictObject({ passphrase: newPassphrase }),
      whileLocked: false,
      run: ({ passphrase }) => alone(() => exportBackup(services, control, passphrase)),
    },
    'backup.restore': {
      arg: z.strictObject({ passphrase: z.string().min(1).max(MAX_LENGTH) }),
      whileLocked: false,
      run: ({ passphrase }) => alone(() => restoreBackup(services, control, passphrase)),
    },
    'login.import': {
      arg: z.undefined(),
      whileLocked: false,
      run: () => alone(() => importLogins(services, control, sent)),
    },
  };
}

async function exportBackup(
  services: BackupServices,
  control: VaultControl,
  passphrase: string,
): Promise<Report> {
  const { deps, activity } = services;
  const day = new Date(deps.clock.now()).toISOString().slice(0, 10);
  const suggestion = `castkey-backup-${day}.castkey`;
  const target = await deps.files.toWrite({
    title: 'Save the backup of Castkey',
    suggestion,
    kind: 'backup',
  });
  if (target === null) return NONE;
  const why = interruption(control);
  if (why !== null) return why;
  const contents = await gatherContents(services, control);
  const plain = writeContents(contents);
  const { noted, takeBack } = await noteCopies(services.accounts, contents.accounts);
  if (!noted) {
    await takeBack();
    return notStored();
  }
  const text = await sealBackup(plain, passphrase, deps.random, deps.backupCost);
  try {
    await target.write(text);
  } catch (error) {
    await takeBack();
    return fileNotWritten('The backup', reasonOf(error));
  }
  activity.add('backup.exported', 'You exported a backup');
  return success(exportReport(services, contents, target.name));
}

async function restoreBackup(
  services: BackupServices,
  control: VaultControl,
  passphrase: string,
): Promise<Report> {
  const { deps } = services;
  const file = await chosenText(
    await deps.files.toRead({ title: 'Restore a backup of Castkey', kind: 'backup' }),
  );
  if (file === null || typeof file !== 'string') return file ?? NONE;
  const opened = await openBackup(file, passphrase);
  if (opened.kind !== 'opened') return fileRefused(NOT_OPENED[opened.kind]);
  const contents = readContents(opened.plain);
  if (contents === null) return fileRefused(NOT_OPENED.damaged);
  // A stand-in must never be sent real logins, nor Twitch invented ones.
  if (contents.standIn !== (deps.twitch.standIn !== null))
    return fileRefused(contents.standIn ? FROM_STAND_IN : FROM_TWITCH);
  const why = interruption(control);
  if (why !== null) return why;
  return report(await restoreContents(services, control, contents));
}

async function importLogins(
  services: BackupServices,
  control: VaultControl,
  sent: Set<string>,
): Promise<Report> {
  const isEmpty = services.accounts.list().length === 0;
  const file = await chosenText(
    await services.deps.files.toRead({ title: 'Import logins of another program', kind: 'logins' }),
  );
  if (file === null || typeof file !== 'string') return file ?? NONE;
  const usual = services.applications.default()?.usable ?? null;
  const why = interruption(control);
  if (why !== null) return why;
  const found = readForeignFile(file);
  if (found.kind !== 'logins') return fileRefused(NO_LOGINS[found.kind]);
  const { logins, program, unreadable } = found;
  const lines: ReportLine[] = [];
  for (const [index, login] of logins.entries()) {
    const label = logins.length === 1 ? 'The login in the file' : `Login ${index + 1} in the file`;
    // A login whose renewal has begun is brought to an end when Castkey quits; no other one is begun then.
    const context = { label, isEmpty, sent, loadAccounts: control.loadAccounts };
    const line = services.unfinished.run(() => importLogin(services, usual, login, context));
    lines.push((await line) ?? bad(`${label} was not taken over: ${QUITTING}`));
  }
  if (unreadable > 0) lines.push(bad(`${unreadable} more in the file could not be read as a login.`));
  if (lines.some(({ tone }) => tone === 'good'))
    lines.push(advice(`${SOLE_OWNER} (${program}). ${NOT_KEPT}`));
  return report(lines);
}

/** What the chosen file holds; null when none was chosen, an answer when it can't be read. */
async function chosenText(source: ChosenSource | null): Promise<string | Report | null> {
  if (source === null) return null;
  try {
    return await source.read();
  } catch (error) {
    return fileNotRead(source.name, reasonOf(error));
  }
}

const NOT_OPENED: Record<Exclude<OpenedBackup['kind'], 'opened'>, string> = {
  foreign: 'That file is no backup of Castkey’s. Nothing was changed.',
  newer: 'That backup was made by a newer Castkey. Update Castkey here first. Nothing was changed.',
  damaged: 'That backup was cut off or changed, so it can’t be opened. Nothing was changed.',
  'too-costly':
    'That backup asks for far more memory than one of Castkey’s does, so it was not opened. Nothing was changed.',
  'wrong-passphrase':
    'That is not the passphrase of this backup, or somebody changed the file. Nothing was changed.',
};
const FROM_STAND_IN =
  'That backup comes from a rehearsal with a pretend Twitch; its logins mean nothing to the real one. Nothing was changed.';
const FROM_TWITCH =
  'That backup holds real logins, and Castkey works with a pretend Twitch just now. Leave the sandbox first. Nothing was changed.';
const NO_LOGINS: Record<Exclude<ForeignFile['kind'], 'logins'>, string> = {
  'castkey-backup': 'That is a backup of Castkey’s: use “Restore a backup”.',
  unknown: 'No login was found in that file: it is neither a Twitch CLI config nor Twurple’s tokens as JSON.',
  broken: 'No login was found in that file: it looks like JSON, but is cut off or has a mistake in it.',
  'no-token':
    'No login was found in that file: nothing in it is called “accessToken”, as in Twurple’s tokens, and it is no Twitch CLI config.',
  'bad-token': 'No login was found in that file: what is called “accessToken” in it is no token of Twitch’s.',
  'too-many': 'That file has more than 100 logins. Split it up.',
};
const SOLE_OWNER =
  'From now on Castkey renews these logins. The program they come from must no longer do so, or the two sign each other out';
const NOT_KEPT = 'Let it ask Castkey instead, and delete the file: Castkey has kept no copy of it.';
