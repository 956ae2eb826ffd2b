import type { CallResult } from '../../shared/ipc.ts';
import type { ReportView } from '../../shared/views.ts';
import { HOUR } from './fake-time.ts';
import { MARKER } from './fake-twitch-state.ts';
import { CLIENT_ID } from './people.ts';
import { createVaultFixture, type VaultFixture } from './vault-fixture.ts';

export const PASSPHRASE = 'a few random words';

/** A second computer of the same streamer's, with an empty vault and the same Twitch. */
export async function otherVaultFixture(fixture: VaultFixture): Promise<VaultFixture> {
  const other = createVaultFixture();
  other.deps.http = fixture.twitch.http;
  other.twitch = fixture.twitch;
  await other.restart();
  return other;
}

/** The sentences of a report, or why there is none; the canary reads along. */
export function sentences(fixture: VaultFixture, answer: CallResult<ReportView | null>): string {
  fixture.canary.saw('report', answer);
  if (!answer.ok) return `${answer.error.code}: ${answer.error.message}`;
  return answer.value === null
    ? 'nothing'
    : answer.value.lines.map(({ tone, text }) => `${tone}: ${text}`).join('\n');
}

/** Exports a backup and gives its text. */
export async function exported(fixture: VaultFixture): Promise<string> {
  fixture.files.choice = 'backup';
  const said = sentences(
    fixture,
    await fixture.vault.actions['backup.export'].run({ passphrase: PASSPHRASE }),
  );
  const text = fixture.files.disk.get('backup');
  if (text === undefined) throw new Error(`no backup was written: ${said}`);
  fixture.canary.saw('backup file', text);
  return text;
}

/** Restores a backup; what was said. */
export async function restored(
  fixture: VaultFixture,
  file: string,
  passphrase = PASSPHRASE,
): Promise<string> {
  fixture.files.disk.set('backup', file);
  fixture.files.choice = 'backup';
  return sentences(fixture, await fixture.vault.actions['backup.restore'].run({ passphrase }));
}

/** Imports a file with this text; what was said. */
export async function imported(fixture: VaultFixture, file: string): Promise<string> {
  fixture.files.disk.set('logins', file);
  fixture.files.choice = 'logins';
  return sentences(fixture, await fixture.vault.actions['login.import'].run());
}

/** A pair that another program got from Twitch, as Twurple keeps it. */
export function twurple(fixture: VaultFixture, userId: string, scopes = ['chat:read'], clientId = CLIENT_ID) {
  return { ...yesterdays(fixture, userId, scopes, clientId), obtainmentTimestamp: fixture.time.now() };
}

/** The same, which may have run out long ago. */
export function yesterdays(
  fixture: VaultFixture,
  userId: string,
  scopes = ['chat:read'],
  clientId = CLIENT_ID,
) {
  const { access, refresh } = fixture.twitch.state.pair({ clientId, userId, scopes });
  const obtainmentTimestamp = fixture.time.now() - 24 * HOUR;
  return {
    accessToken: access,
    refreshToken: refresh,
    scope: scopes,
    expiresIn: 14_400,
    obtainmentTimestamp,
  };
}

/** The same as the Twitch CLI keeps it. */
export function cli(
  fixture: VaultFixture,
  userId: string,
  scopes = ['chat:read'],
  clientId = CLIENT_ID,
): string {
  const { accessToken, refreshToken } = twurple(fixture, userId, scopes, clientId);
  const rest = `CLIENTSECRET=${MARKER}cli\nTOKENEXPIRATION=2026-01-05T16:00:00Z\nTOKENSCOPES=[${scopes.join(' ')}]`;
  return `ACCESSTOKEN=${accessToken}\nCLIENTID=${clientId}\nREFRESHTOKEN=${refreshToken}\n${rest}\n`;
}
/** Imports a login as JSON; the report. */
export const take = (fixture: VaultFixture, value: unknown): Promise<string> =>
  imported(fixture, JSON.stringify(value));
