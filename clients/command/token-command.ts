import type { CastkeyToken } from '../javascript/src/types.ts';
import { type Command, json, withVault } from './command.ts';
import { usage } from './command-errors.ts';
import { CALL_FLAGS, TOKEN_FLAGS } from './flags.ts';
import { checkChoice, pickToken } from './pick-token.ts';

const FORMATS: Record<string, (token: CastkeyToken) => string> = {
  token: ({ accessToken }) => accessToken,
  oauth: ({ accessToken }) => `oauth:${accessToken}`,
  header: ({ accessToken }) => `Authorization: Bearer ${accessToken}`,
};

/** `castkey token`: prints an access token. */
export const tokenCommand: Command = {
  summary: 'print an access token',
  flags: [...TOKEN_FLAGS, 'refresh', 'format', ...CALL_FLAGS],
  details: `Without --user, --intent, --app or --any: the one account this bot may use.
The output is a secret: prefer \`castkey exec\`, which keeps it out of files and shell histories.

Examples:
  castkey token --intent chat --scope chat:read --scope chat:edit --format oauth
  castkey token --user 12345 --format header | curl -H @- -H "Client-Id: …" …
  castkey token --user 12345 --no-prompt --json`,
  async run(line, io) {
    checkChoice(line);
    const format = FORMATS[line.text('format') ?? 'token'];
    if (!format) throw usage('--format is token, oauth or header.');
    const token = await withVault(line, io, (provider) => pickToken(provider, line));
    io.out(line.has('json') ? json(token) : `${format(token)}\n`);
    return 0;
  },
};
