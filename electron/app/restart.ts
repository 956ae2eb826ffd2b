import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { app } from 'electron';
import { type BusRelay, pointToBuses, pointToRelay, relayBuses } from '../adapters/bus/relay.ts';
import { startKeeper } from '../adapters/process/keeper.ts';
import { RESTARTS, UNLESS_DISPLAY } from '../adapters/process/keeper-script.ts';
import { startAnew } from '../adapters/process/start-anew.ts';
import { findZygotes, hasEnded } from '../adapters/process/zygotes.ts';
import { displayVariables, findDisplay, isDisplayOf, moveToDisplay, setDisplay } from './displays.ts';
import type { StartOptions } from './options.ts';
import { complain } from './process-start.ts';
import {
  AWAIT_DISPLAY,
  createRelaunch,
  givenArguments,
  HEADLESS,
  restartsSoFar,
  startCommand,
} from './relaunch.ts';
import { dropUnsafeVariables, hasInspectFlag, refuseUnsafeFlags } from './unsafe-flags.ts';

const LOOK_MS = 2000;
const SETTLE_MS = 500;

/** Whether there are windows and a tray, and if not, whether a display is waited for. */
export type Display = 'there' | 'awaited' | 'none';

interface Settled {
  display: Display;
  /** Of this start's display, for a Castkey that is running already and has none. */
  variables: Record<string, string>;
}

/**
 * Settles what has to be settled before Chromium is under way, by starting anew in this very process:
 * unsafe variables, and the display, for without one Chromium ends unless a flag says so. The
 * problem is told when this start must not go on.
 */
export async function settleStart(options: StartOptions): Promise<Settled | { problem: string }> {
  const args = process.argv.slice(1);
  const headless = args.some((arg) => /^--?ozone-platform=headless$/.test(arg));
  const wanted = process.platform === 'linux' && !headless;
  const found = wanted ? await findDisplay(process.env) : null;
  const alone = wanted && found === null;
  const moved = found !== null && !isDisplayOf(process.env, found);
  if (moved) setDisplay(process.env, found);
  if (!alone && !headless && args.includes(UNLESS_DISPLAY)) process.exit(0); // it was killed, and stays so
  const unsafe = dropUnsafeVariables(options);
  // A debugger that was let in by a flag would lose this process: tests want it, and no relay then.
  const relay = !hasInspectFlag() && pointToRelay(options.home);
  if (alone || moved || relay || unsafe.length > 0)
    await startWithout(unsafe, alone ? withoutDisplay() : args);
  const variables = displayVariables(process.env);
  const display = !headless ? 'there' : args.includes(AWAIT_DISPLAY) ? 'awaited' : 'none';
  return refuseUnsafeFlags(options) ?? { display, variables };
}

const withoutDisplay = (): string[] => [
  HEADLESS,
  AWAIT_DISPLAY,
  `${RESTARTS}${restartsSoFar()}`,
  ...givenArguments(),
];

async function startWithout(unsafe: readonly string[], args: readonly string[]): Promise<void> {
  const kept = Object.fromEntries(unsafe.map((name) => [name, process.env[name]]));
  for (const name of unsafe) delete process.env[name];
  if (unsafe.length > 0)
    complain(
      `${unsafe.join(', ')} set and left out: with real accounts Castkey starts without such variables`,
    );
  if (args[0] === HEADLESS)
    complain('there is no display; bots are served without windows until there is one');
  complain(`it could not start anew: ${await startAnew(args)}`);
  Object.assign(process.env, kept);
  pointToBuses();
}

/** Starts Castkey again in an orderly way: it stops, quits, and comes back. */
export interface Restart {
  readonly display: Display;
  readonly bus: BusRelay;
  now(why: string): void;
  /** Has it come back after an end that somebody else has begun. */
  comeBack(why: string): void;
  /** The same on a display that another start has told of; nothing when it tells of none. */
  onDisplay(variables: unknown): void;
}

/** Has Castkey come back when it is taken down by Chromium, as it is when a display or a bus goes away. */
export async function prepareRestart(display: Display, home: string): Promise<Restart> {
  const bus = await startRelay(home);
  const env = bus.environment();
  const comeBack = createRelaunch(await startKeeper(startCommand(), restartsSoFar(), env));
  let ending = false;
  app.on('before-quit', () => {
    ending = true;
  });
  const now = (why: string): void => {
    if (ending) return;
    ending = true;
    comeBack(why);
    app.quit();
  };
  return {
    display,
    bus,
    now,
    comeBack,
    onDisplay(variables) {
      void moveToDisplay(env, variables).then((there) => {
        if (there) now('another start has told of a display');
      });
    },
  };
}

async function startRelay(home: string): Promise<BusRelay> {
  const thread = join(app.getAppPath(), 'dist', 'main', 'bus-relay.js');
  const relay = await relayBuses(home, thread);
  if (relay !== null) return relay;
  pointToBuses();
  throw new Error(`the buses can't be relayed: ${await startAnew(process.argv.slice(1))}`);
}

/**
 * Does what a start of Castkey asks for, this one or one that comes later. The window is opened once the function that
 * comes back has been told how; from then on a lost display or lost helpers have Castkey start again, too.
 */
export function followStarts(restart: Restart, hidden: boolean): (openMain: () => unknown) => void {
  const { display } = restart;
  let asked = !hidden;
  let open = (): unknown => {
    asked = true;
    return null;
  };
  app.on('second-instance', (_event, argv, _folder, variables) => {
    if (display !== 'there') restart.onDisplay(variables);
    else if (!argv.includes('--hidden')) open();
  });
  return (openMain) => {
    open = openMain;
    if (asked) openMain();
    if (display === 'awaited') awaitDisplay(() => restart.now('there is a display'));
    onHelpersLost(() => restart.now('its helpers can’t be started any more'));
  };
}

function awaitDisplay(found: () => void): void {
  const timer = setInterval(async () => {
    if (!existsSync(app.getPath('userData'))) return app.quit(); // the profile was thrown away
    if ((await findDisplay(process.env)) === null) return;
    clearInterval(timer);
    found();
  }, LOOK_MS);
}

function onHelpersLost(lost: () => void): void {
  const zygotes = findZygotes();
  // Ctrl-C reaches all processes of a terminal; a moment later Castkey itself is quitting, too.
  const look = (): void => {
    if (zygotes.some((pid) => hasEnded(pid))) setTimeout(lost, SETTLE_MS);
  };
  app.on('child-process-gone', look);
  app.on('render-process-gone', look);
}
