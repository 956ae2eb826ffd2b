import { type ParseArgsConfig, parseArgs } from 'node:util';
import type { Interactive } from '../../shared/protocol.ts';
import type { ConnectOptions, Want } from '../javascript/src/types.ts';
import { usage } from './command-errors.ts';

/** One flag, as the help and the completions show it. */
export interface Flag {
  readonly type: 'string' | 'boolean';
  readonly multiple?: true;
  readonly short?: string;
  /** What stands for the value in the help. */
  readonly value?: string;
  /** Values to offer, for the completions; others may be right, too. */
  readonly values?: readonly string[];
  readonly help: string;
}

/** Every flag there is, under one meaning each. */
export const FLAGS = {
  name: { type: 'string', value: 'NAME', help: 'name of the bot that asks (default: castkey-cli)' },
  socket: { type: 'string', value: 'PATH', help: "path of Castkey's socket" },
  'key-file': { type: 'string', value: 'PATH', help: 'pairing key of this bot' },
  timeout: { type: 'string', value: 'SECONDS', help: 'time for all of it, clicks included (default: 120)' },
  'no-prompt': { type: 'boolean', help: 'open no window; fail where one is needed' },
  notify: { type: 'boolean', help: 'ask the streamer by a notification that waits for her, not by a window' },
  'client-id': {
    type: 'string',
    value: 'ID',
    help: 'Twitch application of the bot, by its client ID; Castkey need not know it',
  },
  start: { type: 'boolean', help: 'start Castkey if it is not running' },
  json: { type: 'boolean', help: 'print JSON, errors too (on the error output)' },
  help: { type: 'boolean', short: 'h', help: 'show this help' },
  user: { type: 'string', short: 'u', value: 'ID', help: 'account, by its numeric user ID' },
  intent: { type: 'string', short: 'i', value: 'NAME', help: 'the account that has this intent' },
  scope: {
    type: 'string',
    short: 's',
    multiple: true,
    value: 'SCOPE',
    help: 'a scope it must have (repeatable)',
  },
  'any-of': {
    type: 'string',
    multiple: true,
    value: 'A,B',
    help: 'scopes of which it must have one (repeatable)',
  },
  optional: {
    type: 'string',
    multiple: true,
    value: 'SCOPE',
    help: 'a scope it can do without (repeatable)',
  },
  app: { type: 'boolean', help: "the application's own token" },
  any: { type: 'boolean', help: 'whatever token there is, for public data' },
  refresh: { type: 'boolean', help: 'have the token checked first, and renewed if it is dead' },
  format: {
    type: 'string',
    value: 'FORM',
    values: ['token', 'oauth', 'header'],
    help: 'token (default), oauth (oauth:…) or header (Authorization: …)',
  },
  reason: { type: 'string', value: 'TEXT', help: 'why, in a sentence for the streamer' },
  client: { type: 'boolean', help: 'judge the command behind "--" as a client' },
  pair: { type: 'boolean', help: 'pair first if there is no key: opens a window' },
  slow: { type: 'boolean', help: 'try deadlines, too' },
  env: {
    type: 'string',
    short: 'e',
    value: 'NAME',
    help: 'variable for the token (default: TWITCH_ACCESS_TOKEN)',
  },
  'on-change': {
    type: 'string',
    value: 'WHAT',
    values: ['none', 'restart', 'signal=HUP'],
    help: 'when the token changes: none (default), restart, or signal=NAME',
  },
  file: { type: 'string', value: 'PATH', help: 'keep the newest token in this file while the program runs' },
  splay: {
    type: 'string',
    value: 'SECONDS',
    help: 'time in which bots restart, one after the other (default: 20; 0: all at once)',
  },
  grace: { type: 'string', value: 'SECONDS', help: 'time between SIGTERM and SIGKILL (default: 10)' },
  long: { type: 'boolean', help: 'list every scope, a block for each account' },
  port: { type: 'string', value: 'NUMBER', help: 'port of the sandbox (default: 4711; 0: any free one)' },
  state: { type: 'string', value: 'FILE', help: 'keep accounts and logins of the sandbox in this file' },
  lifetime: { type: 'string', value: 'SECONDS', help: 'how long its tokens live (default: 14400)' },
  'as-twitch': {
    type: 'boolean',
    help: "listen at the ports of Twitch's hosts, too, and say how to get there",
  },
  times: { type: 'string', value: 'NUMBER', help: 'requests that a fault strikes, or all (default: 1)' },
  path: {
    type: 'string',
    value: 'PATH',
    help: 'requests that a fault strikes, such as /helix/users or /helix/*',
  },
  'no-scrub': { type: 'boolean', help: "leave the program's output alone, tokens in it included" },
} as const satisfies Record<string, Flag>;

/** Name of a flag, without its dashes. */
export type FlagName = keyof typeof FLAGS;

/** Flags of every command that talks to the vault. */
export const CALL_FLAGS = [
  'name',
  'socket',
  'key-file',
  'timeout',
  'no-prompt',
  'notify',
  'client-id',
  'start',
  'json',
  'help',
] as const;
/** Flags that say which token. */
export const TOKEN_FLAGS = ['user', 'intent', 'scope', 'any-of', 'app', 'any'] as const;

/** What stood on the command line. */
export interface CommandLine {
  text(flag: FlagName): string | undefined;
  texts(flag: FlagName): string[];
  has(flag: FlagName): boolean;
  readonly rest: string[];
}

/** @throws UsageError For a flag the command doesn't have. */
export function parseCommandLine(args: readonly string[], names: readonly FlagName[]): CommandLine {
  const options: NonNullable<ParseArgsConfig['options']> = {};
  for (const name of names) {
    const { type, short, multiple }: Flag = FLAGS[name];
    options[name] = { type, ...(short ? { short } : {}), ...(multiple ? { multiple } : {}) };
  }
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const listOf = (flag: FlagName): string[] =>
      [values[flag] ?? []].flat().filter((value) => typeof value === 'string');
    return {
      text: (flag) => listOf(flag)[0],
      texts: listOf,
      has: (flag) => values[flag] === true,
      rest: positionals,
    };
  } catch (error) {
    throw usage(error instanceof Error ? `${error.message.split('. ')[0]}.` : 'Unreadable flags.');
  }
}

/** A flag that is a length of time, in milliseconds. */
export function milliseconds(line: CommandLine, flag: FlagName, fallback: number, max: number): number {
  const given = line.text(flag) ?? String(fallback);
  const seconds = Number(given.trim() || 'nothing');
  if (!(seconds > 0 && seconds <= max)) throw usage(`--${flag} takes 1 to ${max} seconds, not "${given}".`);
  return Math.max(1, Math.round(seconds * 1000));
}

/** What the flags say about the connection. */
export function connectOptions(line: CommandLine): ConnectOptions {
  const [socket, keyFile, reason] = [line.text('socket'), line.text('key-file'), line.text('reason')];
  const twitchClientId = line.text('client-id');
  if (twitchClientId === '') throw usage('--client-id takes a client ID.');
  return {
    name: line.text('name') ?? 'castkey-cli',
    timeoutMs: milliseconds(line, 'timeout', 120, 600),
    interactive: interactive(line),
    ...(socket === undefined ? {} : { socket }),
    ...(keyFile === undefined ? {} : { keyFile }),
    ...(reason === undefined ? {} : { reason }),
    ...(twitchClientId === undefined ? {} : { twitchClientId }),
  };
}

/** @throws UsageError For both flags at once. */
function interactive(line: CommandLine): Interactive {
  if (line.has('no-prompt') && line.has('notify')) throw usage('Give only one of --no-prompt and --notify.');
  if (line.has('no-prompt')) return 'never';
  return line.has('notify') ? 'notify' : 'allow';
}

/**
 * `--scope a --scope b --any-of c,d` as an AND of ORs: [[a], [b], [c, d]].
 *
 * @throws UsageError For a text of several scopes, as headers and URLs have it.
 */
export function scopeSets(line: CommandLine): string[][] {
  const choices = line.texts('any-of').map((list) => list.split(',').filter((scope) => scope !== ''));
  const sets = [...line.texts('scope').map((scope) => [scope]), ...choices];
  sets.flat().forEach(oneScope);
  return sets;
}

/** @throws UsageError */
function oneScope(scope: string): string {
  if (/^[^\s,]+$/.test(scope)) return scope;
  throw usage(`"${scope}" is not one scope. A list, please: --scope chat:read --scope chat:edit`);
}

/** What a pairing asks for, from the same flags; nothing without a user, an intent or --app. */
export function wantsOf(line: CommandLine): Want[] {
  const [user, intent] = [line.text('user'), line.text('intent')];
  const scopes = scopeSets(line);
  const optional = line.texts('optional').map(oneScope);
  const rest = {
    ...(scopes.length === 0 ? {} : { scopes }),
    ...(optional.length === 0 ? {} : { optional: optional.map((scope) => [scope]) }),
  };
  return [
    ...(user === undefined ? [] : [{ user, ...rest }]),
    ...(intent === undefined ? [] : [{ intent, ...rest }]),
    ...(line.has('app') ? [{ app: true as const }] : []),
  ];
}
