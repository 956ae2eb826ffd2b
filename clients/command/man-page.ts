import type { Command } from './command.ts';
import { EXIT_ROWS } from './exit-codes.ts';
import { FLAGS, type Flag, type FlagName } from './flags.ts';
import { ENVIRONMENT, meaningOf } from './help.ts';
import { COMMANDS } from './run.ts';

/** `castkey(1)`, made of what the help is made of; the build writes it into the package. */
export function manPage(): string {
  return `.\\" Made from the command's own help; see clients/README.md.
.TH CASTKEY 1 "" "castkey\\-client" "Castkey"
.SH NAME
castkey \\- Twitch access tokens for bots, from the Castkey vault on this computer
.SH SYNOPSIS
.B castkey
.I COMMAND
.RI [ FLAGS ]
.SH DESCRIPTION
Asks the Castkey vault on this computer for Twitch access tokens.
The first call of a bot opens a window in which the streamer decides; later calls need none.
Give each bot a name of its own with
.BR \\-\\-name ,
so that the streamer can tell them apart and take back one grant.
.PP
Every command takes
.BR \\-\\-json ,
errors too, and tells all of this with
.BR \\-\\-help .
.SH COMMANDS
${Object.entries(COMMANDS)
  .map(([name, command]) => section(name, command))
  .join('\n')}
.SH ENVIRONMENT
${ENVIRONMENT.map(([name, meaning]) => item(name, meaning)).join('\n')}
.SH EXIT STATUS
${EXIT_ROWS.map(([code, meaning]) => item(code, meaning)).join('\n')}
.SH FILES
${item('~/.config/castkey-client/NAME.json', 'pairing key of the bot NAME, readable for its owner only; on macOS in ~/Library/Application Support, on Windows in %APPDATA%')}
.SH BUGS
.B castkey exec
hides tokens as they are, not in other forms such as base64, and what a program writes elsewhere than to its output.
`;
}

function section(name: string, command: Command): string {
  const { summary, operands, flags, details } = command;
  return `.SS castkey ${roff(name)}${operands ? ` ${roff(operands)}` : ''}
${roff(summary.charAt(0).toUpperCase() + summary.slice(1))}.
${flags.map((flag) => flagItem(command, flag)).join('\n')}
.PP
.nf
${roff(details)}
.fi`;
}

function flagItem(command: Command, name: FlagName): string {
  const { short, value }: Flag = FLAGS[name];
  return item(`${short ? `-${short}, ` : ''}--${name}${value ? ` ${value}` : ''}`, meaningOf(command, name));
}

const item = (term: string, meaning: string): string => `.TP\n.B ${roff(term)}\n${roff(meaning)}`;

/** roff(7): backslashes, dashes that are typed, and lines that would be requests. */
function roff(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^([.'])/gm, '\\&$1')
    .replaceAll('…', '...')
    .replace(/[“”]/g, '"');
}
