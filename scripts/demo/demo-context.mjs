import { join } from 'node:path';
import { noteBus, notePid, noteSuccess } from '../vault/cleanup.mjs';
import { makeProfile } from '../vault/profile.mjs';

const WIDTH = 8;

/**
 * @typedef {object} Demo what one run of the demo works with
 * @property {string} folder holds everything temporary
 * @property {string} home the vault's profile
 * @property {boolean} docs whether pictures are also for docs/images
 * @property {(() => Promise<void>)[]} closing what to end when the demo is over, the last first
 * @property {() => void} succeed from here on Ctrl-C is a good end
 * @property {() => boolean} hasSucceeded
 */

/**
 * Prints one step as it happens.
 *
 * @param {'demo'|'streamer'|'bot'|'you'} who
 * @param {string} text
 */
export function printStep(who, text) {
  process.stdout.write(`${who.padEnd(WIDTH)} | ${text}\n`);
}

/**
 * Makes a run of the demo, with a profile of its own in the folder that scripts/demo.mjs has made.
 *
 * @returns {Promise<Demo>}
 */
export async function createDemo({ docs }) {
  const folder = process.env.CASTKEY_DEMO_FOLDER;
  if (!folder) throw new Error('This is a part of "npm run demo": start that.');
  notePid(folder, process.pid);
  noteBus(folder);
  const home = join(folder, 'home');
  await makeProfile(home);
  let succeeded = false;
  const succeed = () => {
    succeeded = true;
    noteSuccess(folder);
  };
  return { folder, home, docs, closing: [], succeed, hasSucceeded: () => succeeded };
}

/** Ends all the demo has started; one part that fails doesn't keep the others running. */
export async function closeDemo(demo) {
  for (const close of demo.closing.reverse()) {
    await close().catch((error) => printStep('demo', `could not tidy up: ${error.message}`));
  }
}
