import type { Command } from './command.ts';
import { EXIT_MEANINGS, EXIT_ROWS } from './exit-codes.ts';
import { FLAGS, type Flag, type FlagName } from './flags.ts';

/** The variables this command heeds. */
export const ENVIRONMENT: readonly (readonly [string, string])[] = [
  ['CASTKEY_SOCKET', "path of Castkey's socket"],
  ['CASTKEY_HOME', 'profile folder of Castkey'],
  ['CASTKEY_KEY_FILE', 'pairing key of the bot'],
  ['CASTKEY_APP', 'the desktop program that --start starts'],
  ['CASTKEY_TWITCH', 'stand-in for Twitch that doctor and sandbox fault ask'],
  ['HTTPS_PROXY, ALL_PROXY, NO_PROXY', 'proxy by which doctor reaches Twitch; in capitals or not'],
  ['NO_COLOR', 'no colours on terminals either'],
];

/** `castkey --help`. */
export function overview(commands: Readonly<Record<string, Command>>): string {
  const rows = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(13)}${summary}`);
  return `Twitch access tokens for bots, from the Castkey vault on this computer.

Usage: castkey COMMAND [FLAGS]

Commands:
${rows.join('\n')}

Every command takes --json (errors too, on the error output) and tells more with --help.

The first call of a bot opens a window in which the streamer decides; later calls need none. Give each
bot a name of its own with --name, so that the streamer can tell them apart and take back one grant.

For a start:
  castkey pair --name chat-bot --intent chat --scope chat:read     the streamer says yes, once
  castkey exec --name chat-bot --intent chat -- python3 bot.py     the bot runs with a token
  castkey doctor --name chat-bot                                   when it doesn't

Where Castkey isn't running, a command asks at a terminal whether to start it; --start does so unasked.

Environment:
${ENVIRONMENT.map(([name, meaning]) => `  ${name.padEnd(17)} ${meaning}`).join('\n')}

Exit codes:
${exitCodes()}
`;
}

/** `castkey COMMAND --help`. */
export function helpOf(name: string, command: Command): string {
  const { summary, operands, flags, details } = command;
  return `castkey ${name}: ${summary}

Usage: castkey ${name} [FLAGS]${operands ? ` ${operands}` : ''}

Flags:
${flags.map((flag) => flagRow(command, flag)).join('\n')}

${details}

Exit codes:
${exitCodes(name === 'exec' ? EXIT_ROWS : Object.entries(EXIT_MEANINGS))}
`;
}

/** What a flag means to a command, in a line. */
export function meaningOf({ meanings }: Command, name: FlagName): string {
  return meanings?.[name] ?? FLAGS[name].help;
}

function flagRow(command: Command, name: FlagName): string {
  const { short, value }: Flag = FLAGS[name];
  const left = `${short ? `-${short}, ` : '    '}--${name}${value ? ` ${value}` : ''}`;
  return `  ${left.padEnd(24)}${meaningOf(command, name)}`;
}

function exitCodes(rows: typeof EXIT_ROWS = EXIT_ROWS): string {
  return rows.map(([code, meaning]) => `  ${code.padEnd(6)} ${meaning}`).join('\n');
}
