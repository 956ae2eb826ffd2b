import { constants } from 'node:os';
import { LIMITS } from '../../../shared/protocol.ts';
import type { CastkeyToken } from '../../javascript/src/types.ts';
import { usage } from '../command-errors.ts';
import { type CommandLine, milliseconds } from '../flags.ts';

/** Variables a token's name must not take: they decide what runs, or how. */
const NOT_A_TOKEN = /^(?:PATH|HOME|SHELL|NODE_OPTIONS|LD_.*|DYLD_.*|CASTKEY_.*)$/;
/** Signals that no program can hear. */
const UNHEARD = new Set(['SIGKILL', 'SIGSTOP']);

/** What a new token means for the program. */
export type OnChange =
  | { readonly kind: 'none' }
  | { readonly kind: 'restart' }
  | { readonly kind: 'signal'; readonly signal: NodeJS.Signals };

/** What the flags of `exec` ask for. */
export interface Plan {
  readonly program: { readonly command: string; readonly args: readonly string[] };
  readonly variable: string;
  /** The token as the program wants it. */
  secretOf(token: CastkeyToken): string;
  readonly onChange: OnChange;
  /** A path, undefined for a place of our choice, false for no file. */
  readonly file: string | undefined | false;
  /** Whether a connection is kept while the program runs. */
  readonly follows: boolean;
  readonly scrub: boolean;
  /** Milliseconds between SIGTERM and SIGKILL at a restart. */
  readonly graceMs: number;
  /** Milliseconds within which the bots of this computer restart, one after the other. */
  readonly splayMs: number;
}

/** @throws UsageError */
export function readPlan(line: CommandLine, platform: string, [command, ...args]: readonly string[]): Plan {
  if (command === undefined) throw usage('What should be run? Put the command behind "--".');
  const variable = line.text('env') ?? 'TWITCH_ACCESS_TOKEN';
  if (!/^[A-Za-z_]\w*$/.test(variable) || NOT_A_TOKEN.test(variable))
    throw usage(`--env can't be "${variable}".`);
  const format = line.text('format') ?? 'token';
  if (format !== 'token' && format !== 'oauth') throw usage('--format of exec is token or oauth.');
  const onChange = readOnChange(line.text('on-change') ?? 'none', platform);
  const path = line.text('file');
  if (path === '') throw usage('--file takes a path.');
  const file = path ?? (onChange.kind === 'signal' ? undefined : false);
  const follows = onChange.kind !== 'none' || file !== false;
  // The vault tells nobody when an application's token is renewed.
  if (follows && (line.has('app') || line.has('any')))
    throw usage('--on-change and --file go with --user or --intent.');
  return {
    program: { command, args },
    variable,
    secretOf: ({ accessToken }) => (format === 'oauth' ? `oauth:${accessToken}` : accessToken),
    onChange,
    file,
    follows,
    scrub: !line.has('no-scrub'),
    graceMs: milliseconds(line, 'grace', 10, 600),
    splayMs: readSplay(line, onChange),
  };
}

/** @throws UsageError */
function readSplay(line: CommandLine, onChange: OnChange): number {
  const given = line.text('splay');
  if (given !== undefined && onChange.kind !== 'restart')
    throw usage('--splay goes with --on-change restart.');
  if (given !== undefined && Number(given.trim() || 'nothing') === 0) return 0;
  return milliseconds(line, 'splay', LIMITS.splayMs / 1000, 600);
}

function readOnChange(given: string, platform: string): OnChange {
  if (given === 'none' || given === 'restart') return { kind: given };
  const name = given.startsWith('signal=') ? given.slice('signal='.length).toUpperCase() : '';
  const signal = name.startsWith('SIG') ? name : `SIG${name}`;
  if (name === '' || !Object.hasOwn(constants.signals, signal) || UNHEARD.has(signal))
    throw usage('--on-change is none, restart or signal=NAME, such as signal=HUP.');
  if (platform === 'win32') throw usage('Windows has no signals: use --on-change restart, or --file.');
  return { kind: 'signal', signal: signal as NodeJS.Signals };
}
