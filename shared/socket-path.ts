/**
 * Where the vault listens and where bots look for it: one rule for both ends.
 * Pure, so that the rule of each platform can be tested on any of them.
 */

import { isAbsolute, withoutTrailingSlash } from './absolute-path.ts';
import { type FolderLookup, notPrivate } from './runtime-folder.ts';

/** What the rule depends on; `sha256` gives lower-case hex of the UTF-8 text. */
export interface SocketPathInput extends FolderLookup {
  readonly platform: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homedir: string;
  readonly sha256: (text: string) => string;
}

/** What decided about the path, named as people know it. */
export type SocketPathSource =
  | 'option'
  | 'CASTKEY_SOCKET'
  | 'CASTKEY_HOME'
  | 'XDG_RUNTIME_DIR'
  | '/run/user'
  | 'profile';

/** Where, why there, and what is wrong with it. */
export interface SocketPath {
  readonly path: string;
  readonly source: SocketPathSource;
  /** Sentences about each runtime folder that would have come first but isn't private; absent when there is none. */
  readonly passedOver?: readonly string[];
  /** A sentence for a person when nothing can listen at this path; absent when all is well. */
  readonly problem?: string;
}

/**
 * The longest path in bytes that fits `sockaddr_un.sun_path` with its closing NUL: 108 bytes on
 * Linux (unix(7)), 104 on macOS and the BSDs (sys/un.h). Pipe names have 256 characters.
 */
function maxPathBytes(platform: string): number {
  if (platform === 'win32') return 256;
  return platform === 'linux' ? 107 : 103;
}

/** The profile folder: `CASTKEY_HOME`, else what Electron calls userData for an app named "Castkey". */
export function profileFolder(input: Pick<SocketPathInput, 'platform' | 'env' | 'homedir'>): string {
  const { platform, env } = input;
  if (env.CASTKEY_HOME) return withoutTrailingSlash(env.CASTKEY_HOME);
  return `${settingsFolder(input)}${platform === 'win32' ? '\\' : '/'}Castkey`;
}

/**
 * Where programs of this user keep what they are set to. A relative `XDG_CONFIG_HOME` (`~/.config` without a shell
 * that reads the `~`, too) or `APPDATA` is ignored, as the XDG base directory specification demands: it would be
 * another folder for each program.
 */
export function settingsFolder({
  platform,
  env,
  homedir,
}: Pick<SocketPathInput, 'platform' | 'env' | 'homedir'>): string {
  if (platform === 'darwin') return `${homedir}/Library/Application Support`;
  const [given = '', usual] =
    platform === 'win32'
      ? [env.APPDATA, `${homedir}\\AppData\\Roaming`]
      : [env.XDG_CONFIG_HOME, `${homedir}/.config`];
  return isAbsolute(given, platform) ? given : usual;
}

/**
 * The socket or pipe of the vault. An empty variable counts as absent. On Linux it lies in the user's runtime
 * folder: `XDG_RUNTIME_DIR`, or what systemd makes, for programs that were started without the variable (cron, su,
 * services). One that is relative or not private is passed over, by the vault and by every client.
 *
 * @param chosen A path given by the program itself; it goes before every variable.
 */
export function socketPath(input: SocketPathInput, chosen?: string): SocketPath {
  const found = locate(input, chosen);
  const problem = problemOf(found, input);
  return problem === undefined ? found : { ...found, problem };
}

function locate(input: SocketPathInput, chosen: string | undefined): SocketPath {
  const { platform, env } = input;
  if (chosen) return { path: chosen, source: 'option' };
  if (env.CASTKEY_SOCKET) return { path: env.CASTKEY_SOCKET, source: 'CASTKEY_SOCKET' };

  const profile = profileFolder(input);
  const source = env.CASTKEY_HOME ? 'CASTKEY_HOME' : 'profile';
  if (platform === 'win32') {
    return { path: `\\\\.\\pipe\\castkey-${input.sha256(profile).slice(0, 16)}`, source };
  }
  const { folder, passedOver } = runtimeFolder(input, source);
  const found: SocketPath =
    folder === null
      ? { path: `${profile}/castkey.sock`, source }
      : { path: `${folder.path}/castkey/castkey.sock`, source: folder.source };
  return passedOver.length === 0 ? found : { ...found, passedOver };
}

interface RuntimeFolder {
  readonly path: string;
  readonly source: 'XDG_RUNTIME_DIR' | '/run/user';
}

/** The first private one, and why those before it are none. */
function runtimeFolder(
  { platform, env, uid, lstat }: SocketPathInput,
  source: SocketPathSource,
): { folder: RuntimeFolder | null; passedOver: string[] } {
  const passedOver: string[] = [];
  if (platform !== 'linux' || source !== 'profile') return { folder: null, passedOver };
  const given = env.XDG_RUNTIME_DIR ?? '';
  const places: RuntimeFolder[] = [{ path: `/run/user/${uid}`, source: '/run/user' }];
  if (isAbsolute(given, platform))
    places.unshift({ path: withoutTrailingSlash(given), source: 'XDG_RUNTIME_DIR' });
  else if (given !== '') passedOver.push(`XDG_RUNTIME_DIR is passed over: "${given}" is not absolute.`);
  for (const folder of places) {
    const why = notPrivate(folder.path, { uid, lstat });
    if (why === null) return { folder, passedOver };
    const named = folder.source === 'XDG_RUNTIME_DIR' ? `XDG_RUNTIME_DIR (${folder.path})` : folder.path;
    // Most computers without systemd have none.
    if (why !== 'it isn’t there' || folder.source === 'XDG_RUNTIME_DIR')
      passedOver.push(`${named} is passed over: ${why}.`);
  }
  return { folder: null, passedOver };
}

function problemOf({ path, source }: SocketPath, { platform, env }: SocketPathInput): string | undefined {
  const home = env.CASTKEY_HOME;
  if (source !== 'option' && home && !isAbsolute(home, platform)) {
    return `CASTKEY_HOME must be an absolute folder, but is "${home}".`;
  }
  if (platform === 'win32' && !path.startsWith('\\\\.\\pipe\\')) {
    return `On Windows the vault listens on a pipe: ${source} must start with \\\\.\\pipe\\, but is "${path}".`;
  }
  if (platform !== 'win32' && !isAbsolute(path, platform)) {
    return `The path of the socket must be absolute, but ${source} gives "${path}".`;
  }
  const bytes = new TextEncoder().encode(path).length;
  const max = maxPathBytes(platform);
  if (bytes <= max) return undefined;
  return `The path of the socket has ${bytes} bytes, and this system allows ${max}: "${path}". Set CASTKEY_SOCKET to a shorter one.`;
}
