import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Host } from '../../javascript/src/host.ts';
import type { Scenario } from './scenario.ts';

/** The name a judged client is given to go by. */
export const NAME = 'conformance-bot';

/** Folders of one judgement, all temporary. */
export interface JudgeFolders {
  readonly root: string;
  /** The home folder that the command sees. */
  readonly home: string;
}

/** Paths of one run. */
export interface RunPaths {
  /** The home folder that the command sees; the same in all runs. */
  readonly home: string;
  readonly folder: string;
  readonly keyFile: string;
  readonly socket: string;
}

/** Makes the folders. */
export async function makeJudgeFolders(): Promise<JudgeFolders> {
  const root = await mkdtemp(join(tmpdir(), 'ck-'));
  const home = join(root, 'home');
  await mkdir(home);
  return { root, home };
}

/** Removes them. */
export function removeJudgeFolders({ root }: JudgeFolders): Promise<void> {
  return rm(root, { recursive: true, force: true });
}

/** Prepares one run: the key file as the scenario wants it, made from the client's own. */
export async function prepareRun(
  { root, home }: JudgeFolders,
  host: Host,
  index: number,
  { key, own }: { readonly key: Scenario['key']; readonly own: string | undefined },
): Promise<RunPaths> {
  const folder = join(root, `keys-${index}`);
  await mkdir(folder, { mode: 0o700 });
  const keyFile = join(folder, 'key.json');
  if (key !== 'none' && own !== undefined) {
    await writeFile(keyFile, key === 'damaged' ? own.slice(0, own.length / 2) : own, { mode: 0o600 });
    if (key === 'shared') await chmod(keyFile, 0o644);
  }
  const unique = host.randomBytes(8).toString('hex');
  const socket =
    host.platform === 'win32' ? `\\\\.\\pipe\\castkey-conformance-${unique}` : join(root, `${index}.sock`);
  return { home, folder, keyFile, socket };
}

/** What the command finds in its environment: the judge's paths, and nothing of the real vault's. */
export function environmentOf(host: Host, { home, ...paths }: RunPaths, userId: string): NodeJS.ProcessEnv {
  const kept = Object.entries(host.env).filter(
    ([name]) => !name.startsWith('CASTKEY_') && !['XDG_RUNTIME_DIR', 'XDG_CONFIG_HOME'].includes(name),
  );
  return {
    ...Object.fromEntries(kept),
    HOME: home,
    USERPROFILE: home,
    XDG_CONFIG_HOME: home,
    APPDATA: home,
    CASTKEY_SOCKET: paths.socket,
    CASTKEY_KEY_FILE: paths.keyFile,
    CASTKEY_NAME: NAME,
    CASTKEY_TEST_USER: userId,
  };
}

/** A file's text; undefined where there is none. */
export function textOf(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}

/** Permission bits of a file; undefined where there are none, or no file. */
export async function modeOf(host: Host, path: string): Promise<number | undefined> {
  if (host.platform === 'win32') return undefined;
  return (await stat(path).catch(() => undefined))?.mode;
}

/** The contents of all files in these folders, one behind the other. */
export async function everythingIn(...folders: string[]): Promise<string> {
  const texts: string[] = [];
  for (const folder of folders) {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    for (const entry of entries.filter((one) => one.isFile())) {
      texts.push((await textOf(join(entry.parentPath, entry.name))) ?? '');
    }
  }
  return texts.join('\n');
}
