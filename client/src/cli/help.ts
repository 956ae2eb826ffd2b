import type { Command } from './command.ts';
import { EXIT_MEANINGS } from './exit-codes.ts';
import { FLAGS, type Flag, type FlagName } from './flags.ts';

/** `castkey --help`. */
export function overview(commands: Readonly<Record<string, Command>>): string {
  const rows = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(13)}${summary}`);
  return `Twitch access tokens for bots, from the Castkey vault on this computer.

Usage: castkey COMMAND [FLAGS]

Commands:
${rows.join('\n')}

Every command takes --json and tells more with --help.

The first call of a bot opens a window in which the streamer decides; later calls need none. Give each
bot a name of its own with --name, so that the streamer can tell them apart and take back one grant.

Environment:
  CASTKEY_SOCKET    path of Castkey's socket
  CASTKEY_HOME      profile folder of Castkey
  CASTKEY_KEY_FILE  pairing key of the bot

Exit codes:
${exitCodes()}
`;
}

/** `castkey COMMAND --help`. */
export function helpOf(name: string, { summary, operands, flags, details }: Command): string {
  return `castkey ${name}: ${summary}

Usage: castkey ${name} [FLAGS]${operands ? ` ${operands}` : ''}

Flags:
${flags.map(flagRow).join('\n')}

${details}

Exit codes:
${exitCodes()}
`;
}

function flagRow(name: FlagName): string {
  const { short, value, help }: Flag = FLAGS[name];
  const left = `${short ? `-${short}, ` : '    '}--${name}${value ? ` ${value}` : ''}`;
  return `  ${left.padEnd(24)}${help}`;
}

function exitCodes(): string {
  return Object.entries(EXIT_MEANINGS)
    .map(([code, meaning]) => `  ${code}  ${meaning}`)
    .join('\n');
}
