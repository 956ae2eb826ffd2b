import { harmless } from '../errors.ts';
import type { VaultStatus } from '../types.ts';
import { type Command, json, withVault } from './command.ts';
import { EXIT } from './exit-codes.ts';
import { CALL_FLAGS } from './flags.ts';

const STATES: Record<VaultStatus['users'][number]['state'], string> = {
  ok: 'ok',
  offline: 'ok, but Twitch is out of reach',
  'needs-sign-in': 'the streamer must sign in again',
  setup: 'the Twitch application is set up wrongly',
  expired: 'expired',
};

/** `castkey status`: how the vault and this bot's accounts stand. */
export const statusCommand: Command = {
  summary: 'show the vault and the accounts this bot may use',
  flags: CALL_FLAGS,
  details: `Never opens a window. Exits with 5 if the vault is locked or an account needs the streamer.`,
  async run(line, io) {
    const status = await withVault(line, io, (provider) => provider.status(), { interactive: 'never' });
    io.out(line.has('json') ? json(status) : describe(status, io.host.now()));
    const calm = status.users.every(({ state }) => state === 'ok' || state === 'offline');
    return status.locked || !calm ? EXIT.needsStreamer : EXIT.ok;
  },
};

function describe({ server, locked, users }: VaultStatus, now: number): string {
  const rows = users.map(({ userId, login, intents, scope, expiresAt, state }) =>
    [
      `${harmless(login)} (${harmless(userId)}): ${STATES[state]}`,
      `  token    ${expiresAt === null ? 'never expires' : `expires ${fromNow(expiresAt - now)}`}`,
      `  intents  ${harmless(intents.join(', ')) || 'none'}`,
      `  scopes   ${scope.map(harmless).join(' ') || 'none'}`,
    ].join('\n'),
  );
  const accounts = rows.length === 0 ? ['This bot may use no account yet.'] : rows;
  const head = `Castkey ${harmless(server.version)}${locked ? ', locked' : ''}`;
  return `${[head, ...accounts].join('\n\n')}\n`;
}

/** A length of time in milliseconds as people say it. */
function fromNow(ms: number): string {
  const minutes = Math.round(Math.abs(ms) / 60_000);
  const text = minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
  return ms < 0 ? `${text} ago` : `in ${text}`;
}
