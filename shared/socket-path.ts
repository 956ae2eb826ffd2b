/**
 * Where the vault listens and where bots look for it: one rule for both ends.
 * Pure, so that the rule of each platform can be tested on any of them.
 */

/** What the rule depends on; `sha256` gives lower-case hex of the UTF-8 text. */
export interface SocketPathInput {
  readonly platform: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homedir: string;
  readonly sha256: (text: string) => string;
}

/** What decided about the path, named as people know it. */
export type SocketPathSource = 'option' | 'CASTKEY_SOCKET' | 'CASTKEY_HOME' | 'XDG_RUNTIME_DIR' | 'profile';

/** Where, why there, and what is wrong with it. */
export interface SocketPath {
  readonly path: string;
  readonly source: SocketPathSource;
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
export function profileFolder({ platform, env, homedir }: Omit<SocketPathInput, 'sha256'>): string {
  if (env.CASTKEY_HOME) return withoutTrailingSlash(env.CASTKEY_HOME);
  if (platform === 'win32') return `${env.APPDATA || `${homedir}\\AppData\\Roaming`}\\Castkey`;
  if (platform === 'darwin') return `${homedir}/Library/Application Support/Castkey`;
  return `${env.XDG_CONFIG_HOME || `${homedir}/.config`}/Castkey`;
}

/**
 * The socket or pipe of the vault. An empty variable counts as absent. `XDG_RUNTIME_DIR` is ignored
 * unless absolute, as the XDG base directory specification demands.
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
  if (platform === 'linux' && source === 'profile' && env.XDG_RUNTIME_DIR?.startsWith('/')) {
    return {
      path: `${withoutTrailingSlash(env.XDG_RUNTIME_DIR)}/castkey/castkey.sock`,
      source: 'XDG_RUNTIME_DIR',
    };
  }
  return { path: `${profile}/castkey.sock`, source };
}

function problemOf({ path, source }: SocketPath, { platform, env }: SocketPathInput): string | undefined {
  const home = env.CASTKEY_HOME;
  if (source === 'CASTKEY_HOME' && home && !isAbsolute(home, platform)) {
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

function isAbsolute(path: string, platform: string): boolean {
  return platform === 'win32' ? /^(?:[a-z]:[\\/]|\\\\)/i.test(path) : path.startsWith('/');
}

function withoutTrailingSlash(path: string): string {
  return path.length > 1 ? path.replace(/[\\/]+$/, '') || path : path;
}
