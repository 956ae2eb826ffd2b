import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { inProject } from '../setup/paths.mjs';
import { COMMON } from './targets.mjs';

const stampOf = (target) => inProject('dist', '.built', target.name);

/** Every file under a path of the project (or the path itself), in a stable order. */
async function filesUnder(path) {
  const full = inProject(path);
  const entries = await readdir(full, { withFileTypes: true, recursive: true }).catch((error) => {
    if (error.code === 'ENOTDIR') return undefined;
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  if (entries === undefined) return [full];
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

async function hashOf(target) {
  const hash = createHash('sha256');
  for (const path of [...COMMON, ...target.from]) {
    for (const file of await filesUnder(path))
      hash
        .update(`${file}\0`)
        .update(await readFile(file))
        .update('\0');
  }
  return hash.digest('hex');
}

/**
 * Makes a target if what it is made of has changed or what it makes is missing. The stamp goes first and
 * comes back last, so an interrupted build is done again.
 *
 * @param {import('./targets.mjs').Target} target
 * @param {() => Promise<void>} make
 * @returns {Promise<boolean>} whether it was made
 */
export async function makeIfStale(target, make) {
  const stamp = stampOf(target);
  const wanted = await hashOf(target);
  const found = await readFile(stamp, 'utf8').catch(() => undefined);
  if (found === wanted && missingFiles(target).length === 0) return false;
  await rm(stamp, { force: true });
  await make();
  const missing = missingFiles(target);
  if (missing.length > 0) throw new Error(`the build of ${target.name} left out ${missing.join(', ')}`);
  await mkdir(dirname(stamp), { recursive: true });
  await writeFile(stamp, wanted);
  return true;
}

const missingFiles = (target) => target.makes.filter((file) => !existsSync(inProject(file)));
