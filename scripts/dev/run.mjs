// Development itself, inside the session that scripts/dev.mjs has made: the vault, and what follows the sources.
import { join } from 'node:path';
import { buildAll } from '../build/build-all.mjs';
import { withFileLock } from '../setup/file-lock.mjs';
import { inProject } from '../setup/paths.mjs';
import { runCommand, SetupError, say } from '../setup/report.mjs';
import { noteBus, notePid } from '../vault/cleanup.mjs';
import { makeProfile } from '../vault/profile.mjs';
import { startVault } from '../vault/vault-process.mjs';
import { createRebuild } from './rebuild.mjs';
import { DEBUGGING_FLAG, reloadWindows } from './reload-windows.mjs';
import { createVaultHolder } from './vault-holder.mjs';
import { watchSources } from './watch-sources.mjs';

const TARGETS = ['main', 'bus-relay', 'preload', 'renderer'];
/** All that they are made of; files at the root aside, whose changes want a new start of this command. */
const SOURCES = ['electron', 'renderer', 'network', 'shared', 'sandbox'];
/** Lines of Chromium and D-Bus, which tell nothing of Castkey. */
const CHATTER = /^(\[\d+[:/]|DevTools listening|$)/;

/** Resolves with the signal that ends this. */
const interrupted = () =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => resolve(signal));
  });

/** Castkey on the profile; it is noted in the folder, so that nothing is left of it however this ends. */
function start(home, folder) {
  const flags = ['--sandbox', DEBUGGING_FLAG, ...process.argv.slice(2)];
  const onLine = (line) => {
    if (!CHATTER.test(line)) process.stdout.write(`${line}\n`);
  };
  const vault = startVault(home, { flags, onLine });
  notePid(folder, vault.pid);
  return vault;
}

await runCommand(async () => {
  const { CASTKEY_HOME: home, CASTKEY_DEV_FOLDER: folder } = process.env;
  if (!home || !folder) throw new SetupError('this is a part of "npm run dev": start that.');
  notePid(folder, process.pid);
  noteBus(folder);
  const ended = interrupted();
  if (home.startsWith(folder)) await makeProfile(home);
  const vault = createVaultHolder(() => start(home, folder), say);
  const { changed } = createRebuild({
    build: () => withFileLock(inProject('artifacts', 'build.lock'), () => buildAll(TARGETS)),
    restart: vault.restart,
    reload: () => reloadWindows(home),
    say,
  });
  await vault.restart();
  say(
    `bots find it with CASTKEY_SOCKET=${join(home, 'castkey.sock')}; Ctrl-C, or quitting Castkey, ends all`,
  );
  const stopWatching = watchSources(
    SOURCES.map((source) => inProject(source)),
    changed,
  );
  await Promise.race([ended, vault.closed]);
  stopWatching();
  await vault.quit();
  // A build that is under way need not be waited for: an interrupted one is done again.
  process.exit(0);
});
