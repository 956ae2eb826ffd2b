import { aptGet, findProgram, isOffered } from './libraries.mjs';
import { say } from './report.mjs';

/**
 * What the tests of the clients in other languages run, with the Debian packages that carry it. Nothing else
 * needs any of it.
 */
const TOOLCHAINS = [
  ['python3', 'python3'],
  ['go', 'golang-go'],
  ['mcs', 'mono-mcs'],
  ['mono', 'mono-runtime'],
  ['curl', 'curl'],
];

async function missingToolchains() {
  const found = await Promise.all(TOOLCHAINS.map(([name]) => findProgram(name)));
  return TOOLCHAINS.filter((_, index) => found[index] === undefined);
}

/** One call for all that this Debian or Ubuntu has; one package it lacks must not keep the others out. */
async function installAsRoot(names) {
  say(`installing what the tests of the clients in other languages run: ${names.join(' ')}`);
  await aptGet('update', '-qq');
  const offered = [];
  for (const name of names) if (await isOffered(name)) offered.push(name);
  if (offered.length > 0) await aptGet('install', '-y', '-qq', '--no-install-recommends', ...offered);
}

/**
 * Sees to the compilers and interpreters of the languages there are clients in. As root on Debian they are
 * installed; where that can't be done, their tests are skipped, each with its reason: nothing fails for it.
 */
export async function installToolchains() {
  const missing = await missingToolchains();
  if (missing.length === 0) return;
  const names = missing.map(([, name]) => name);
  const debian = process.platform === 'linux' && (await findProgram('apt-get')) !== undefined;
  if (debian && process.getuid() === 0) await installAsRoot(names);
  const still = await missingToolchains();
  if (still.length === 0) return;
  const list = still.map(([name]) => name).join(', ');
  const packages = still.map(([, name]) => name).join(' ');
  const command = debian ? ` To run them: sudo apt-get install --no-install-recommends ${packages}` : '';
  say(
    `some tests of the clients in other languages are skipped, because these are missing: ${list}.${command}`,
  );
}
