// npm run package: electron-builder for this platform. Flags after `--` go to electron-builder.
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { inProject } from './setup/paths.mjs';
import { prepare } from './setup/prepare.mjs';
import { runNode } from './setup/process.mjs';
import { runCommand, SetupError, say } from './setup/report.mjs';

/** A copy of the registry's runtime with nothing in `resources`, as electron-builder wants it. */
async function plainRuntime(folder) {
  const copy = await mkdtemp(join(tmpdir(), 'castkey-runtime-'));
  await cp(folder, copy, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (path) => dirname(path) !== join(folder, 'resources'),
  });
  return copy;
}

/** The folder of a runtime: above `Electron.app` on macOS, else where the executable lies. */
const folderOf = (path) =>
  path.replace(/\/Electron\.app\/Contents\/MacOS\/Electron$/, '/Electron').replace(/[\\/][^\\/]+$/, '');

/**
 * With a registry runtime, hosts beyond the registry are out of reach, and with them the tools for
 * installers: then the plain folder is made.
 */
function builderArguments(electron, plain) {
  const given = process.argv.slice(2);
  const dist = [`-c.electronDist=${plain ?? folderOf(electron.path)}`];
  if (electron.version !== undefined) dist.push(`-c.electronVersion=${electron.version}`);
  if (plain === undefined || given.length > 0) return [...dist, ...given];
  say(
    "making the app's folder only: the tools for AppImage, deb and tar.gz come from a host that is out of reach",
  );
  return [...dist, '--dir'];
}

await runCommand(async () => {
  const { electron } = await prepare({ electron: true, build: true });
  const plain = electron.ownDefaultApp ? await plainRuntime(dirname(electron.path)) : undefined;
  try {
    const cli = inProject('node_modules', 'electron-builder', 'cli.js');
    const args = [cli, '--publish', 'never', ...builderArguments(electron, plain)];
    const { code } = await runNode(args, { cwd: inProject() });
    if (code !== 0)
      throw new SetupError(`electron-builder failed (exit code ${code}); what it said is above.`);
  } finally {
    if (plain !== undefined) await rm(plain, { recursive: true, force: true });
  }
  say('the app is in artifacts/package');
});
