/** What the vectors say lies at the user's runtime folders, made for real below a folder of this test. */
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** One thing that lies somewhere. */
export interface Lying {
  kind: 'folder' | 'link' | 'file';
  own: boolean;
  mode: string;
}

interface Vector {
  home: string;
  env: Record<string, string>;
  folders: Record<string, Lying>;
  socket: string;
}

/** The folder that the vectors' user has of the system. */
const USUAL = '/run/user/1000';
const SOMEBODY_ELSE = 4321;

/** Checks a vector with its folders made and its paths put where they are. Only root can make another user's. */
export async function withFolders(
  vector: Vector,
  check: (moved: Vector & { runUser: string }) => Promise<void>,
): Promise<void> {
  const lying = Object.entries(vector.folders);
  if (process.getuid?.() !== 0 && lying.some(([, { own }]) => !own)) return;
  const base = mkdtempSync(join(tmpdir(), 'ck-run-'));
  try {
    let text = JSON.stringify(vector);
    for (const path of ['/mnt/run', USUAL]) text = text.replaceAll(`"${path}`, `"${moved(base, path)}`);
    const there = JSON.parse(text) as Vector;
    for (const [path, thing] of Object.entries(there.folders)) put(path, thing);
    await check({ ...there, runUser: join(base, 'user') });
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
}

const moved = (base: string, path: string): string =>
  path === USUAL ? join(base, 'user', String(process.getuid?.())) : join(base, 'run');

function put(path: string, { kind, own, mode }: Lying): void {
  mkdirSync(dirname(path), { recursive: true });
  const bits = Number.parseInt(mode, 8);
  if (kind === 'link') {
    mkdirSync(`${path}.real`, { mode: bits });
    symlinkSync(`${path}.real`, path);
    return;
  }
  if (kind === 'folder') mkdirSync(path);
  else writeFileSync(path, '');
  chmodSync(path, bits);
  if (!own) chownSync(path, SOMEBODY_ELSE, SOMEBODY_ELSE);
}
