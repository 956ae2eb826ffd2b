import type { CallResult } from '../../shared/ipc.ts';
import type { ReportView } from '../../shared/views.ts';
import { createWorld, type World } from './world.ts';

export const PASSPHRASE = 'a few random words';

/** A second computer of the same streamer's, with an empty vault and the same Twitch. */
export async function otherComputer(world: World): Promise<World> {
  const other = createWorld();
  other.deps.http = world.twitch.http;
  other.twitch = world.twitch;
  await other.restart();
  return other;
}

/** The sentences of a report, or why there is none; the canary reads along. */
export function sentences(world: World, answer: CallResult<ReportView | null>): string {
  world.canary.saw('report', answer);
  if (!answer.ok) return `${answer.error.code}: ${answer.error.message}`;
  return answer.value === null
    ? 'nothing'
    : answer.value.lines.map(({ tone, text }) => `${tone}: ${text}`).join('\n');
}

/** Exports a backup and gives its text. */
export async function exported(world: World): Promise<string> {
  world.files.choice = 'backup';
  const said = sentences(world, await world.vault.actions['backup.export'].run({ passphrase: PASSPHRASE }));
  const text = world.files.disk.get('backup');
  if (text === undefined) throw new Error(`no backup was written: ${said}`);
  world.canary.saw('backup file', text);
  return text;
}

/** Restores a backup; what was said. */
export async function restored(world: World, file: string, passphrase = PASSPHRASE): Promise<string> {
  world.files.disk.set('backup', file);
  world.files.choice = 'backup';
  return sentences(world, await world.vault.actions['backup.restore'].run({ passphrase }));
}

/** Imports a file with this text; what was said. */
export async function imported(world: World, file: string): Promise<string> {
  world.files.disk.set('logins', file);
  world.files.choice = 'logins';
  return sentences(world, await world.vault.actions['login.import'].run());
}
