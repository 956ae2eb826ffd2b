/**
 * What somebody who starts Castkey could lead its traffic or memory elsewhere with. Castkey holds real logins,
 * and whoever may write a shortcut or a shell's profile shall not get at them by that alone.
 */

/** A flag of the command line, or a variable of the environment. */
export interface UnsafeFlag {
  /** Without dashes; a `*` at the end stands for any ending. */
  readonly name: string;
  readonly kind: 'flag' | 'variable';
  /**
   * `dropped` where taking it away at the start undoes it; `restart` where it takes a new start without it,
   * and that is refused on Windows, where a program can't start itself anew in its own place.
   */
  readonly fate: 'refused' | 'restart' | 'dropped';
  /** What it would do, as the end of "It would …". */
  readonly why: string;
}

const flags = (why: string, ...names: string[]): UnsafeFlag[] =>
  names.map((name) => ({ name, kind: 'flag', fate: 'refused', why }));
const restart = (why: string, ...names: string[]): UnsafeFlag[] =>
  names.map((name) => ({ name, kind: 'variable', fate: 'restart', why }));
const dropped = (why: string, ...names: string[]): UnsafeFlag[] =>
  names.map((name) => ({ name, kind: 'variable', fate: 'dropped', why }));

const DEBUGGER = 'let other programs read and change what is in memory';
const ELSEWHERE = 'lead what is meant for Twitch elsewhere';
const IMPOSTOR = 'trust servers that only pretend to be Twitch';
const WRITTEN = 'write what passes through Castkey to a file';
const NO_SANDBOX = 'let web pages out of their sandbox';
const WEAK_PAGES = 'take protection away from web pages';
const OTHER_CODE = 'run code that is not Castkey’s';
const DUMP = 'write memory to a file after a crash';

/** All that is known; what Electron 33 and 45 understand of it was tried or read in their sources. */
export const UNSAFE_FLAGS: readonly UnsafeFlag[] = Object.freeze([
  ...flags(
    DEBUGGER,
    'inspect*',
    'debug-*',
    'remote-debugging-*',
    'remote-allow-origins',
    'wait-for-debugger*',
  ),
  ...flags(DEBUGGER, 'js-flags', 'renderer-startup-dialog', 'gpu-startup-dialog', 'utility-startup-dialog'),
  ...flags(ELSEWHERE, 'host-rules', 'host-resolver-rules', 'proxy-*', 'winhttp-proxy-resolver'),
  ...flags(
    IMPOSTOR,
    'ignore-certificate-errors*',
    'allow-insecure-localhost',
    'ignore-urlfetcher-cert-requests',
  ),
  ...flags(IMPOSTOR, 'unsafely-treat-insecure-origin-as-secure', 'use-mock-keychain'),
  ...flags(WRITTEN, 'log-net-log', 'net-log-*', 'ssl-key-log-file', 'enable-logging', 'log-file', 'vmodule'),
  ...flags(WRITTEN, 'trace-*', 'enable-tracing*', 'memlog*', 'enable-heap-profiling*', 'profiling-*'),
  ...flags(NO_SANDBOX, 'no-sandbox*', 'disable-*-sandbox', 'single-process', 'in-process-gpu', 'no-zygote*'),
  ...flags(
    NO_SANDBOX,
    'allow-sandbox-debugging',
    'enable-features',
    'disable-features',
    'force-fieldtrials*',
  ),
  ...flags(WEAK_PAGES, 'disable-web-security', 'allow-running-insecure-content', 'disable-site-isolation*'),
  ...flags(WEAK_PAGES, 'enable-blink-features', 'disable-blink-features', 'bypasscsp-schemes'),
  ...flags(WEAK_PAGES, 'allow-file-access-from-files', 'enable-experimental-web-platform-features'),
  ...flags(
    OTHER_CODE,
    'load-extension',
    'disable-extensions-except',
    'require',
    'r',
    'import',
    'interactive',
    'i',
  ),
  ...flags(OTHER_CODE, 'browser-subprocess-path', 'gtk-module', 'gtk-modules'),
  ...flags(IMPOSTOR, 'auth-server-*', 'auth-negotiate-*'),
  ...flags(OTHER_CODE, 'renderer-cmd-prefix', 'utility-cmd-prefix', 'gpu-launcher', 'zygote-cmd-prefix'),
  ...flags(DUMP, 'enable-crash*', 'crash-dumps-dir', 'full-memory-crash-report', 'crashpad-handler*'),
  ...restart(OTHER_CODE, 'NODE_OPTIONS', 'NODE_REPL_EXTERNAL_MODULE', 'ELECTRON_RUN_AS_NODE'),
  ...restart(NO_SANDBOX, 'CHROME_DEVEL_SANDBOX', 'SBX_CHROME_API_RQ', 'ELECTRON_DISABLE_SANDBOX'),
  ...restart(IMPOSTOR, 'NODE_EXTRA_CA_CERTS'),
  ...restart(ELSEWHERE, 'NODE_USE_ENV_PROXY'),
  ...restart(WRITTEN, 'NODE_V8_COVERAGE', 'NODE_DEBUG', 'NODE_DEBUG_NATIVE', 'NODE_REDIRECT_WARNINGS'),
  ...restart(WRITTEN, 'ELECTRON_ENABLE_LOGGING', 'ELECTRON_LOG_FILE', 'CHROME_LOG_FILE'),
  ...dropped(IMPOSTOR, 'NODE_TLS_REJECT_UNAUTHORIZED'), // read at each connection
  ...dropped(WRITTEN, 'SSLKEYLOGFILE'), // read by Chromium's network service, which starts later
  ...dropped(DEBUGGER, 'NODE_INSPECT_RESUME_ON_START'),
  ...dropped(DUMP, 'BREAKPAD_DUMP_LOCATION', 'ELECTRON_ENABLE_STACK_DUMPING', 'ELECTRON_DEFAULT_ERROR_MODE'),
]);

interface Start {
  /** All of the command line, the program itself included. */
  argv: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  platform: NodeJS.Platform;
  /** Chromium's sandbox doesn't start for root, who has to say `--no-sandbox`. */
  root: boolean;
}

/** One that was given, as it was written. */
export interface GivenFlag extends UnsafeFlag {
  readonly written: string;
}

/** The unsafe flags and variables of a start, those that are to be dropped included. */
export function findUnsafeFlags({ argv, env, platform, root }: Start): GivenFlag[] {
  const onLine = flagsOf(argv, platform).flatMap(({ name, written }) => {
    const found = UNSAFE_FLAGS.find((one) => one.kind === 'flag' && matches(one.name, name));
    return found === undefined || (root && name === 'no-sandbox') ? [] : [{ ...found, written }];
  });
  const variables = UNSAFE_FLAGS.filter(({ kind, name }) => kind === 'variable' && (env[name] ?? '') !== '');
  return [...onLine, ...variables.map((found) => ({ ...found, written: found.name }))];
}

/**
 * Flags as Chromium and Node read them, and more generously than either: one dash or two, any case, `_` for
 * `-`, and on Windows a slash. Their values are nobody's business. What follows `--` neither takes for a flag.
 */
function flagsOf(argv: readonly string[], platform: NodeJS.Platform): { name: string; written: string }[] {
  const end = argv.indexOf('--');
  const start = platform === 'win32' ? /^(?:-+|\/)([^=:]+)/ : /^-+([^=]+)/;
  return argv.slice(1, end === -1 ? undefined : end).flatMap((argument) => {
    const written = start.exec(argument.trim());
    if (written?.[1] === undefined) return [];
    return [
      { name: written[1].toLowerCase().replaceAll('_', '-'), written: written[0].replaceAll(/\s/g, ' ') },
    ];
  });
}

function matches(pattern: string, name: string): boolean {
  const [start = '', end] = pattern.split('*');
  if (end === undefined) return name === pattern;
  return name.length >= start.length + end.length && name.startsWith(start) && name.endsWith(end);
}

/** Why Castkey doesn't start, for whoever reads the terminal. */
export function unsafeFlagsProblem(flags: readonly Pick<GivenFlag, 'written' | 'why'>[]): string {
  const told = flags.map(({ written, why }) => `${written} (it would ${why})`).join(', ');
  return `With real accounts Castkey does not start with ${told}. For a try without them there is --sandbox.`;
}
