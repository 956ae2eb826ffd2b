import { access, constants, readFile, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { usage } from '../command-errors.ts';
import type { Io, Launch } from '../io.ts';

/** How to start Castkey, and how that was found out. */
export interface Found {
  readonly program: Omit<Launch, 'env'>;
  readonly from: string;
}

/** Started without a window: nobody has asked to see it. */
const HIDDEN = '--hidden';
/** What an installed Castkey is called; `castkey` itself is this command. */
const PROGRAM = 'castkey-desktop';

/**
 * Looks for the desktop program: `CASTKEY_APP`, else `castkey-desktop` in `PATH`, else where each platform
 * installs it, else the project this command was built in. Undefined if it is nowhere.
 *
 * @throws UsageError When `CASTKEY_APP` names nothing that can be run: a wrong guess instead would surprise.
 */
export async function findCastkey(io: Io): Promise<Found | undefined> {
  const { env } = io.host;
  if (env.CASTKEY_APP) {
    const path = await runnable(env.CASTKEY_APP);
    if (!path) throw usage(`CASTKEY_APP is no program that can be run: "${env.CASTKEY_APP}".`);
    return { program: { command: path, args: [HIDDEN] }, from: 'CASTKEY_APP' };
  }
  for (const [candidate, from] of [...inPath(io), ...installed(io)]) {
    const path = await runnable(candidate);
    if (path) return { program: { command: path, args: [HIDDEN] }, from };
  }
  return inProject(io);
}

function inPath({ host: { env, platform } }: Io): [string, string][] {
  const name = platform === 'win32' ? `${PROGRAM}.exe` : PROGRAM;
  const folders = (env.PATH ?? env.Path ?? '').split(delimiter);
  return folders.map((folder) => [join(folder, name), 'PATH']);
}

/** Where electron-builder's packages put it. */
function installed({ host: { env, platform, homedir } }: Io): [string, string][] {
  const from = 'its usual place';
  if (platform === 'darwin') {
    return ['/Applications', join(homedir, 'Applications')].map((at) => [join(at, 'Castkey.app'), from]);
  }
  if (platform === 'win32') {
    const own = env.LOCALAPPDATA ? [join(env.LOCALAPPDATA, 'Programs', 'castkey')] : [];
    const roots = [...own, ...(env.ProgramFiles ? [env.ProgramFiles] : [])];
    return roots.flatMap((root): [string, string][] => [
      [join(root, 'Castkey.exe'), from],
      [join(root, 'Castkey', 'Castkey.exe'), from],
    ]);
  }
  return [PROGRAM, 'castkey'].map((name) => [join('/opt/Castkey', name), from]);
}

/** The path of an executable file; a macOS bundle stands for the program inside. */
async function runnable(path: string): Promise<string | undefined> {
  const inside = path.endsWith('.app') ? join(path, 'Contents', 'MacOS', 'Castkey') : path;
  if (!isAbsolute(inside)) return undefined;
  try {
    await access(inside, constants.X_OK);
    return (await stat(inside)).isFile() ? inside : undefined;
  } catch {
    return undefined; // not there, or not for us: both mean look elsewhere
  }
}

/**
 * `clients/javascript/dist/cli.js` of a checkout: what `npm start` runs there, which builds and sets up what
 * is missing.
 */
async function inProject({ folder }: Io): Promise<Found | undefined> {
  const root = join(folder, '..', '..', '..');
  const script = join(root, 'scripts', 'start.mjs');
  try {
    const { name, productName } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as Record<
      string,
      unknown
    >;
    if (name !== 'castkey' || productName !== 'Castkey') return undefined;
    await access(script);
  } catch {
    return undefined; // no package.json, not JSON, no script: this is no checkout of Castkey
  }
  const program = { command: process.execPath, args: [script, HIDDEN], cwd: root };
  return { program, from: `the project in ${root}` };
}
