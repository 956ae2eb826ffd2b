/** Castkey's main process, in the order in which things happen. */
import { app } from 'electron';
import { logCrashes } from './adapters/crash.ts';
import { onResume, onScreenLock } from './adapters/power.ts';
import { declareScheme } from './adapters/scheme.ts';
import { openLog } from './app/log.ts';
import { dropForeignVariables, readOptions, type StartOptions } from './app/options.ts';
import { prepareWindows } from './app/own-windows.ts';
import { prepareHome } from './app/profile.ts';
import { stopBeforeQuit } from './app/quit.ts';
import { createShell } from './app/shell.ts';
import { openShellState } from './app/shell-state.ts';
import { showTray } from './app/tray.ts';
import { connectWindows } from './app/window-calls.ts';
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
  // One Castkey a profile: a second start shows the first one's window and ends.
  if (!app.requestSingleInstanceLock()) return alreadyRunning(options);
  app
    .whenReady()
    .then(() => ready(options))
    .catch(giveUp);
}

// Ready
async function ready(options: StartOptions): Promise<void> {
  const log = openLog(options.home);
  logCrashes(log);
  const memory = await openShellState(options.home, log);
  const windows = prepareWindows(PICTURES.icon);
  const quit = stopBeforeQuit(() => session.stop(), log);
  const { session, main } = createShell({ options, windows, memory, log, quitting: quit.underWay });
  await session.start();
  connectWindows(windows, session, log);
  showTray({ pictures: PICTURES, session, log, openMain: main.show, quit: () => app.quit() });
  onResume(() => session.current().resume());
  onScreenLock(() => session.current().screenLocked());
  app.on('second-instance', (_event, argv) => {
    if (!argv.includes('--hidden')) main.show();
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
