/** The package as bots get it: packed by npm, unpacked into a folder of its own. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const PROJECT = resolve(import.meta.dirname, '../../../..');

export interface Installed {
  readonly folder: string;
  /** Paths in the package, sorted. */
  readonly files: readonly string[];
  /** Writes a file of a program that uses the package. */
  write(name: string, text: string): Promise<string>;
  /** Runs one with Node until it ends by itself. */
  start(name: string, env: Record<string, string>): Promise<Ended>;
  remove(): Promise<void>;
}

/** How a program ended. */
export interface Ended {
  readonly code: number | null;
  readonly out: string;
}

/** `npm run build` comes first. Libraries named are those of the project. */
export async function installPackage(libraries: readonly string[] = []): Promise<Installed> {
  const folder = await mkdtemp(join(tmpdir(), 'ck-pack-'));
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
  const { stdout } = await run('npm', args, { cwd: join(PROJECT, 'clients/javascript') });
  const [packed] = JSON.parse(stdout) as { filename: string; files: { path: string }[] }[];
  const home = join(folder, 'node_modules', 'castkey-client');
  await mkdir(home, { recursive: true });
  await run('tar', ['-xzf', join(folder, packed?.filename ?? ''), '-C', home, '--strip-components=1']);
  for (const name of libraries) {
    await mkdir(join(folder, 'node_modules', name, '..'), { recursive: true });
    await symlink(join(PROJECT, 'node_modules', name), join(folder, 'node_modules', name));
  }
  return {
    folder,
    files: (packed?.files ?? []).map(({ path }) => path).sort(),
    async write(name, text) {
      const path = join(folder, name);
      await mkdir(join(path, '..'), { recursive: true });
      await writeFile(path, text);
      return path;
    },
    async start(name, env) {
      const options = { env: { PATH: process.env.PATH ?? '', ...env }, cwd: folder };
      const child = spawn(process.execPath, [join(folder, name)], {
        ...options,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let out = '';
      child.stdout.on('data', (chunk) => {
        out += String(chunk);
      });
      const [code] = (await once(child, 'close')) as [number | null];
      return { code, out };
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
