import type { WireEventBody } from '../../shared/protocol.ts';
import { sanitize } from '../javascript/src/errors.ts';
import type { CastkeyAuthProvider, ConnectionStatus } from '../javascript/src/types.ts';
import { type Command, json, withVault } from './command.ts';
import { CALL_FLAGS } from './flags.ts';
import { painter, type Tone } from './format/colours.ts';
import { inWords } from './format/event.ts';
import type { Io } from './io.ts';

/** `castkey watch`: prints what happens to this bot's accounts until it is stopped. */
export const watchCommand: Command = {
  summary: 'print events as they happen',
  flags: CALL_FLAGS,
  details: `One line an event; no event holds a token. With --json each line is an object with \`time\`, \`type\` and the
event's own fields, as docs/protocol.md lists them; and \`connection.connected\` and
\`connection.reconnecting\`. When Castkey quits a line says so, and another with the accounts when it is
back. Stop it with Ctrl-C.

Example:
  castkey watch --json | while read -r event; do notify-send Castkey "$event"; done`,
  run: (line, io) =>
    withVault(line, io, (provider) => watch(provider, line.has('json'), io), { keepAlive: true }),
};

function watch(provider: CastkeyAuthProvider, asJson: boolean, io: Io): Promise<number> {
  const paint = painter(io.screen);
  const print = (data: { readonly type: string }, tone: Tone, sentence: string): void => {
    const now = new Date(io.host.now());
    if (asJson) io.out(json({ time: now.toISOString(), ...data }));
    else io.out(`${paint('quiet', now.toLocaleTimeString('en-GB'))}  ${paint(tone, sentence)}\n`);
  };
  const logins = new Map(provider.users.map(({ userId, login }) => [userId, login]));
  const nameOf = (userId: string): string => sanitize(logins.get(userId) ?? userId);
  print({ type: 'connection.connected' }, 'good', `connected; accounts: ${namesOf(provider)}`);
  provider.onEvent((event: WireEventBody) => {
    for (const { userId, login } of provider.users) logins.set(userId, login);
    if (event.type === 'account.added') logins.set(event.userId, event.login);
    const { tone, text } = inWords(event, nameOf);
    print(event, tone, text);
  });
  let away = false;
  provider.onStatus(({ connection, error }: ConnectionStatus) => {
    if (connection === 'reconnecting') {
      const why = error ? { reason: error.code } : {};
      print({ type: 'connection.reconnecting', ...why }, 'care', 'Castkey is gone; waiting until it is back');
    }
    // A status with `connected` also comes when the vault is locked or unlocked.
    if (away && connection === 'connected') {
      print({ type: 'connection.connected' }, 'good', `Castkey is back; accounts: ${namesOf(provider)}`);
    }
    away = connection === 'reconnecting';
  });
  return new Promise((resolve) => {
    const stop = io.onSignal(() => {
      stop();
      resolve(0);
    });
  });
}

function namesOf({ users }: CastkeyAuthProvider): string {
  return users.map(({ login }) => sanitize(login)).join(', ') || 'none yet';
}
