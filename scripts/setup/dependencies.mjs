import { createHash } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { inProject } from './paths.mjs';
import { runNpm } from './process.mjs';
import { SetupError, say } from './report.mjs';

const STAMP = inProject('node_modules', '.castkey-lock-hash');
const MIN_NODE = [20, 19];

const read = (file) => readFile(file, 'utf8').catch(() => undefined);

function checkNode(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number);
  if (major > MIN_NODE[0] || (major === MIN_NODE[0] && minor >= MIN_NODE[1])) return;
  throw new SetupError(
    `Node ${MIN_NODE.join('.')} or newer is needed, this is ${version}. Please update Node.`,
  );
}

/** What node_modules must have been made from: the lock, on this platform. */
async function wantedHash() {
  const lock = await read(inProject('package-lock.json'));
  if (lock === undefined)
    throw new SetupError('package-lock.json is missing: restore it with "git checkout package-lock.json".');
  return createHash('sha256').update(`${process.platform}-${process.arch}\n`).update(lock).digest('hex');
}

/**
 * Whether npm itself has finished installing exactly this lock. npm removes its own copy of the lock
 * first and writes it last, so a half-done installation has none.
 */
async function npmFinishedIt() {
  const [lock, hidden] = await Promise.all(
    ['package-lock.json', 'node_modules/.package-lock.json'].map(async (file) => {
      const text = await read(inProject(file));
      return text === undefined ? undefined : JSON.parse(text).packages;
    }),
  );
  if (hidden === undefined) return false;
  return Object.entries(lock).every(([path, wanted]) => {
    if (!path.startsWith('node_modules/')) return true;
    const found = hidden[path];
    return found
      ? found.version === wanted.version
      : wanted.optional === true || wanted.devOptional === true || wanted.peer === true;
  });
}

/**
 * Installs the locked dependencies if node_modules is missing, of another lock or half done. The stamp
 * is removed first and written last, so an interrupted run is done again.
 */
export async function installDependencies() {
  checkNode();
  const wanted = await wantedHash();
  const stamp = await read(STAMP);
  if (stamp === wanted) return;
  if (stamp === undefined && (await npmFinishedIt())) {
    await writeFile(STAMP, wanted);
    return;
  }
  say('installing the locked dependencies (npm ci): a minute or two, and npm says nothing meanwhile');
  await rm(STAMP, { force: true });
  const { code } = await runNpm(['ci', '--include=dev', '--include=optional', '--loglevel=error'], {
    cwd: inProject(),
    quietOut: true,
  });
  if (code !== 0) {
    throw new SetupError(
      `npm ci failed (exit code ${code}). If npm names a network error, check "npm ping" and run this command again; if it says that package.json and package-lock.json differ, run "npm install".`,
    );
  }
  await writeFile(STAMP, wanted);
}
