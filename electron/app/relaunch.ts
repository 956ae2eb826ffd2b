import { app } from 'electron';
import type { Keeper } from '../adapters/process/keeper.ts';
import { RESTARTS, UNLESS_DISPLAY } from '../adapters/process/keeper-script.ts';

/** Chromium's flag for a start without windows. */
export const HEADLESS = '--ozone-platform=headless';
/** Castkey's own: there is no display yet, and one is waited for. */
export const AWAIT_DISPLAY = '--await-display';
/** What a start that Castkey makes of itself settles anew. People may have given the first, too; it goes all the same. */
const SETTLED: readonly string[] = [HEADLESS, AWAIT_DISPLAY, UNLESS_DISPLAY];

/** What Castkey was started with, as far as it holds for the next start. */
export const givenArguments = (): string[] =>
  process.argv.slice(1).filter((arg) => !SETTLED.includes(arg) && !arg.startsWith(RESTARTS));

/**
 * How often a keeper has started Castkey in a row, as it wrote it into the command line: a variable would come with
 * the session's environment, and whoever may set that could have every start count as the last.
 */
export const restartsSoFar = (): string =>
  process.argv.find((arg) => arg.startsWith(RESTARTS))?.slice(RESTARTS.length) ?? '0';

/** An AppImage must be started as a whole: what is inside is gone when it ends. */
const program = (): string => process.env.APPIMAGE ?? process.execPath;

/** How Castkey is started: the program and its arguments. */
export const startCommand = (): string[] => [program(), ...givenArguments()];

/**
 * Has Castkey come back when this process has ended: by its keeper, or by Electron where there is none. Once,
 * whoever asks for it and however often: two would start beside each other.
 */
export function createRelaunch(keeper: Pick<Keeper, 'startAgain'> | null): (why: string) => void {
  let asked = false;
  return (why) => {
    if (asked) return;
    asked = true;
    if (keeper === null) app.relaunch({ execPath: program(), args: givenArguments() });
    else keeper.startAgain(why);
  };
}
