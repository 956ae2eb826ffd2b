/** Castkey's main process, in the order in which things happen. */
import './adapters/process/debug-signal.ts'; // the first of all: from here on SIGUSR1 opens no debugger

import { app } from 'electron';
import { logCrashes } from './adapters/files/log.ts';
import { onResume, onScreenLock } from './adapters/presence.ts';
import type { HeldProfile } from './adapters/profile-lock/profile-lock.ts';
import { declareScheme } from './adapters/scheme.ts';
import { claimProfile, findOlderCastkey } from './app/claim-profile.ts';
import { chooseKeychain } from './app/keychain.ts';
import { readOptions, type StartOptions } from './app/options.ts';
import { complain, startProcess } from './app/process-start.ts';
import { prepareHome } from './app/profile.ts';
import { stopBeforeQuit } from './app/quit.ts';
import { followStarts, prepareRestart, type Restart, settleStart } from './app/restart.ts';
import { createShell } from './app/shell.ts';
import { openShellState } from './app/shell-state.ts';
import { openLog } from './app/storage.ts';
import { showTray } from './app/tray.ts';
import { connectWindows } from './app/window-calls.ts';
import { prepareWindows } from './app/windows.ts';
import { PICTURES } from './assets/pictures.ts';

// Before ready
const start = readOptions(process.env, process.argv); // as it was given: what is ignored is said
await startProcess();
if ('problem' in start) giveUp(start.problem);
else await beforeReady(start.options);

async function beforeReady(options: StartOptions): Promise<void> {
  const unusable = prepareHome(options.home);
  if (unusable !== null) return giveUp(unusable.problem);
  const settled = await settleStart(options);
  if ('problem' in settled) return giveUp(settled.problem);
  app.setPath('userData', options.home);
  declareScheme();
  // One Castkey a profile: a second start shows the first one's window and ends. Nothing in it is read before.
  const claim = claimProfile(options.home, settled.variables);
  if (claim.kind === 'refused') return giveUp(claim.problem);
  if (claim.kind === 'running') return alreadyRunning(options);
  const older = await findOlderCastkey(options);
  if (older !== null) return giveUp(older);
  const restart = await prepareRestart(settled.display, options.home);
  await chooseKeychain(options);
  app
    .whenReady()
    .then(() => ready(options, claim, restart))
    .catch(giveUp);
}

// Ready
async function ready(options: StartOptions, profile: HeldProfile, restart: Restart): Promise<void> {
  const isReady = followStarts(restart, options.hidden);
  const log = openLog(options.home);
  for (const sentence of options.passedOver) log.warn(sentence);
  logCrashes(log);
  const shellState = await openShellState(options.home, log);
  const windows = prepareWindows(PICTURES.icon, () => switcher.current());
  const quit = stopBeforeQuit({ vault: () => switcher, comeBack: restart.comeBack, log });
  const { switcher, main } = createShell({ options, restart, windows, shellState, log, quit, profile });
  await switcher.start();
  connectWindows(windows, switcher, restart.bus, log);
  showTray({ pictures: PICTURES, display: restart.display, switcher, log, openMain: main.show, quit });
  onResume(() => switcher.current().resume());
  onScreenLock(() => switcher.current().screenLocked());
  app.on('activate', main.show); // macOS: a click on the dock's icon
  isReady(() => quit.underWay() || main.show());
}

function alreadyRunning({ home, hidden }: StartOptions): void {
  const what = hidden ? 'It stays as it is.' : 'Its window is shown.';
  complain(`already running with the profile ${home}. ${what}`);
  app.exit(0);
}

/** Nothing could be started: says why and ends. A dialog would wait for a person who may not be there. */
function giveUp(reason: unknown): void {
  complain(reason instanceof Error ? reason.message : String(reason));
  app.exit(1);
}
