import { sanitize } from '../javascript/src/errors.ts';
import { keyFilePath } from '../javascript/src/key-path.ts';
import { type Command, json, withVault } from './command.ts';
import { CALL_FLAGS, connectOptions, scopeSets } from './flags.ts';

/** `castkey pair`: introduces a bot, so that it can start without anybody at the screen. */
export const pairCommand: Command = {
  summary: 'introduce a bot to Castkey',
  flags: ['user', 'intent', 'scope', 'any-of', 'optional', 'app', 'reason', ...CALL_FLAGS],
  details: `Opens a window for the streamer and keeps the pairing key. A bot that is already paired is left as
it is. Afterwards programs that connect under this name start without a click; the first one that isn't this
command is taken to be the bot, and Castkey tells you when another one uses its key.

Example:
  castkey pair --name chat-bot --intent chat --scope chat:read --scope chat:edit --reason "greets viewers"`,
  async run(line, io) {
    const { name, keyFile } = connectOptions(line);
    const users = await withVault(line, io, async (provider) => provider.users, { introduces: true });
    const path = keyFilePath(io.host, name, keyFile);
    if (line.has('json')) {
      io.out(json({ name, keyFile: path, users }));
      return 0;
    }
    const logins = users.map(({ login }) => sanitize(login)).join(', ');
    io.out(`"${name}" is paired. It may use: ${logins || 'no account yet'}.\nIts key: ${path}\n`);
    for (const user of users) {
      const lacking = scopeSets(line).filter((any) => !any.some((scope) => user.scope.includes(scope)));
      if (lacking.length > 0) io.out(notGranted(user.login, lacking));
    }
    return 0;
  },
};

function notGranted(login: string, lacking: readonly string[][]): string {
  const scopes = lacking.map((any) => any.join(' or ')).join(', ');
  return (
    `${sanitize(login)} has not granted ${scopes} yet. A sign-in window asks for it at the first use; to have it done ` +
    'now: Castkey, Accounts, Grant scopes.\n'
  );
}
