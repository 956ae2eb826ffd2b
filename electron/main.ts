/** Castkey's main process, in the order in which things happen. */
import { app } from 'electron';
import { logCrashes } from './adapters/files/log.ts';
import { onResume, onScreenLock } from './adapters/presence.ts';
import type { HeldProfile } from './adapters/profile-lock/profile-lock.ts';
import { declareScheme } from './adapters/scheme.ts';
import { claimProfile, findOlderCastkey } from './app/claim-profile.ts';
import { dropForeignVariables, readOptions, type StartOptions } from './app/options.ts';
import { prepareHome } from './app/profile.ts';
import { stopBeforeQuit } from './app/quit.ts';
import { createShell } from './app/shell.ts';
import { openShellState } from './app/shell-state.ts';
import { openLog } from './app/storage.ts';
import { showTray } from './app/tray.ts';
import { connectWindows } from './app/window-calls.ts';
import { prepareWindows } from './app/windows.ts';
import { PICTURES } from './assets/pictures.ts';

// Before ready
// Electron security rule 4. Chromium won't run as root with it; --no-sandbox is how root says so.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
// Three calm windows need no graphics card: without its process there is less to attack and to go wrong.
app.disableHardwareAcceleration();
dropForeignVariables(process.env);
const start = readOptions(process.env, process.argv);
if ('problem' in start) giveUp(start.problem);
else beforeReady(start.options);

function beforeReady(options: StartOptions): void {
  const unusable = prepareHome(options.home);
  if (unusable !== null) return giveUp(unusable.problem);
  app.setPath('userData', options.home);
  declareScheme();
  // One Castkey a profile: a second start shows the first one's window and ends. Nothing in it is read before.
  const claim = claimProfile(options.home);
  if (claim.kind === 'refused') return giveUp(claim.problem);
  if (claim.kind === 'running') return alreadyRunning(options);
  app
    .whenReady()
    .then(() => ready(options, claim))
    .catch(giveUp);
}

// Ready
async function ready(options: StartOptions, profile: HeldProfile): Promise<void> {
  const older = await findOlderCastkey(options);
  if (older !== null) return giveUp(older);
  const log = openLog(options.home);
  logCrashes(log);
  const shellState = await openShellState(options.home, log);
  const windows = prepareWindows(PICTURES.icon);
  const quit = stopBeforeQuit({ stop: () => switcher.stop(), busy: () => switcher.busy() }, log);
  const { switcher, main } = createShell({ options, windows, shellState, log, quit, profile });
  await switcher.start();
  connectWindows(windows, switcher, log);
  showTray({ pictures: PICTURES, switcher, log, openMain: main.show, quit });
  onResume(() => switcher.current().resume());
  onScreenLock(() => switcher.current().screenLocked());
  app.on('second-instance', (_event, argv) => {
    if (!argv.includes('--hidden') && !quit.underWay()) main.show();
  });
  app.on('activate', main.show); // macOS: a click on the dock's icon
  if (!options.hidden) main.show();
}

function alreadyRunning({ home, hidden }: StartOptions): void {
  const what = hidden ? 'It stays as it is.' : 'Its window is shown.';
  process.stderr.write(`castkey: already running with the profile ${home}. ${what}\n`);
  app.exit(0);
}

/** Nothing could be started: says why and ends. A dialog would wait for a person who may not be there. */
function giveUp(reason: unknown): void {
  process.stderr.write(`castkey: ${reason instanceof Error ? reason.message : String(reason)}\n`);
  app.exit(1);
}
