import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** How Castkey is started: a program, its arguments, and the variables it can't do without. */
export interface LaunchCommand {
  program: string;
  args: readonly string[];
  env: Readonly<Record<string, string>>;
}

/** Where the XDG autostart specification has desktops look. */
export function autostartFile(env: Readonly<Record<string, string | undefined>>): string {
  const given = env.XDG_CONFIG_HOME;
  const config = given !== undefined && isAbsolute(given) ? given : join(homedir(), '.config');
  return join(config, 'autostart', 'castkey.desktop');
}

/** The autostart file's text, by the Desktop Entry Specification. */
export function desktopEntry({ program, args, env }: LaunchCommand): string {
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const words = [...(variables.length === 0 ? [] : ['/usr/bin/env', ...variables]), program, ...args];
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Name=Castkey',
    'Comment=Keeps your Twitch tokens for your bots',
    `Exec=${words.map(quote).join(' ')}`,
    'Terminal=false',
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n');
}

/**
 * Desktop Entry Specification, "The Exec key": in double quotes, `"`, backtick, `$` and `\` escaped by a
 * backslash, `%` doubled; then each backslash once more, as in any value of type string.
 */
function quote(word: string): string {
  const quoted = `"${word.replace(/["`$\\]/g, '\\$&').replaceAll('%', '%%')}"`;
  return quoted.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}
