import { harmless } from '../errors.ts';
import type { CastkeyAuthProvider } from '../types.ts';
import { type Command, json, withVault } from './command.ts';
import { CALL_FLAGS } from './flags.ts';
import type { Io } from './io.ts';

/** `castkey watch`: prints what happens to this bot's accounts until it is stopped. */
export const watchCommand: Command = {
  summary: 'print events as they happen',
  flags: CALL_FLAGS,
  details: `One line an event; no event holds a token. With --json each line is an object with \`time\` and the
event's own fields. Reconnects by itself when Castkey restarts. Stop it with Ctrl-C.

Example:
  castkey watch --json | while read -r event; do notify-send Castkey "$event"; done`,
  run: (line, io) =>
    withVault(line, io, (provider) => watch(provider, line.has('json'), io), { keepAlive: true }),
};

function watch(provider: CastkeyAuthProvider, asJson: boolean, io: Io): Promise<number> {
  const print = (kind: string, fields: object): void => {
    const time = new Date(io.host.now()).toISOString();
    if (asJson) io.out(json({ time, type: kind, ...fields }));
    else io.out(`${time}  ${kind.padEnd(20)}${inWords(fields)}\n`);
  };
  print('connection.connected', {});
  provider.onEvent(({ type, ...fields }) => print(type, fields));
  provider.onStatus(({ connection, error }) => {
    if (connection !== 'closed') print(`connection.${connection}`, error ? { reason: error.code } : {});
  });
  return new Promise((resolve) => {
    const stop = io.onSignal(() => {
      stop();
      resolve(0);
    });
  });
}

function inWords(fields: object): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name}=${harmless(Array.isArray(value) ? value.join(' ') : String(value))}`)
    .join('  ');
}
