import { constants } from 'node:os';
import type { CastkeyToken } from '../types.ts';
import { type Command, withVault } from './command.ts';
import { CALL_FLAGS, TOKEN_FLAGS, usage } from './flags.ts';
import type { Io } from './io.ts';
import { checkChoice, pickToken } from './pick-token.ts';

/** Variables a token's name must not take: they decide what runs, or how. */
const NOT_A_TOKEN = /^(?:PATH|HOME|SHELL|NODE_OPTIONS|LD_.*|DYLD_.*|CASTKEY_.*)$/;

/** `castkey exec`: runs a program that finds a token in its environment. */
export const execCommand: Command = {
  summary: 'run a program with a token in its environment',
  operands: '-- COMMAND [ARGUMENT...]',
  flags: [...TOKEN_FLAGS, 'env', 'format', ...CALL_FLAGS],
  passesOn: true,
  details: `The program gets TWITCH_ACCESS_TOKEN (or the name given with --env), TWITCH_CLIENT_ID and, for a user's
token, TWITCH_USER_ID. Signals are passed on to it. Ends as it ends: with its exit code, with 128 + the
number of the signal that killed it, with 127 if there is no such program, 126 if it can't be run.
The token isn't renewed while the program runs: programs that run for hours should use castkey-client.

Examples:
  castkey exec --intent chat --scope chat:read -- node bot.js
  castkey exec --user 12345 --env TMI_PASSWORD --format oauth -- python3 bot.py`,
  async run(line, io, [command, ...args]) {
    checkChoice(line);
    if (command === undefined) throw usage('What should be run? Put the command behind "--".');
    const name = line.text('env') ?? 'TWITCH_ACCESS_TOKEN';
    if (!/^[A-Za-z_]\w*$/.test(name) || NOT_A_TOKEN.test(name)) throw usage(`--env can't be "${name}".`);
    const format = line.text('format') ?? 'token';
    if (format !== 'token' && format !== 'oauth') throw usage('--format of exec is token or oauth.');
    const token = await withVault(line, io, (provider) => pickToken(provider, line));
    const secret = format === 'oauth' ? `oauth:${token.accessToken}` : token.accessToken;
    return runChild(command, args, environment(io, name, secret, token), io);
  },
};

function environment(
  io: Io,
  name: string,
  secret: string,
  { clientId, userId }: CastkeyToken,
): NodeJS.ProcessEnv {
  return {
    ...io.host.env,
    TWITCH_CLIENT_ID: clientId,
    ...(userId === undefined ? {} : { TWITCH_USER_ID: userId }),
    [name]: secret,
  };
}

function runChild(command: string, args: readonly string[], env: NodeJS.ProcessEnv, io: Io): Promise<number> {
  return new Promise((resolve) => {
    const child = io.spawn(command, args, env);
    const deafen = io.onSignal((signal) => {
      // The terminal has told the child already; twice would mean "quit at once" to many programs.
      if (signal !== 'SIGINT' || !io.terminal) child.kill(signal);
    });
    child.once('error', ({ code, message }: NodeJS.ErrnoException) => {
      deafen();
      io.err(`castkey: can't run ${command}: ${code ?? message}\n`);
      resolve(code === 'ENOENT' ? 127 : 126);
    });
    child.once('exit', (code, signal) => {
      deafen();
      resolve(code ?? 128 + (signal ? constants.signals[signal] : 0));
    });
  });
}
