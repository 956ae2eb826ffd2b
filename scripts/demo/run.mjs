// The demo itself, inside the session that scripts/demo.mjs has made.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { noteBus, notePid, noteSuccess } from './cleanup.mjs';
import { guidePerson } from './guided-demo.mjs';
import { narrate } from './narrate.mjs';
import { makeProfile } from './profile.mjs';
import { playStreamer } from './scripted-demo.mjs';

const AUTO_MS = 180_000;

/**
 * @typedef {object} Stage what the demo plays on
 * @property {string} folder holds everything temporary
 * @property {string} home the vault's profile
 * @property {boolean} docs whether pictures are also for docs/images
 * @property {(() => Promise<void>)[]} closing what to take down at the end, the last first
 * @property {() => void} succeeded from here on Ctrl-C is a good end
 */

function readFlags() {
  const options = { auto: { type: 'boolean', default: false }, docs: { type: 'boolean', default: false } };
  return parseArgs({ options }).values;
}

async function setStage({ docs }) {
  const folder = process.env.CASTKEY_DEMO_FOLDER;
  if (!folder) throw new Error('This is a part of "npm run demo": start that.');
  notePid(folder, process.pid);
  noteBus(folder);
  const home = join(folder, 'home');
  await makeProfile(home);
  return { folder, home, docs, closing: [], succeeded: () => {} };
}

/** Rejects when the demo must end early: by a signal, or as time is up. */
function interruption(limitMs) {
  return new Promise((_resolve, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
      process.on(signal, () => reject(new Error('The demo was stopped.')));
    }
    if (limitMs === undefined) return;
    const seconds = limitMs / 1000;
    setTimeout(() => reject(new Error(`The demo was not over after ${seconds} seconds.`)), limitMs).unref();
  });
}

/** Takes everything down; one part that fails must not keep the others up. */
async function takeDown(stage) {
  for (const close of stage.closing.reverse()) {
    await close().catch((error) => narrate('demo', `could not tidy up: ${error.message}`));
  }
}

async function main() {
  const flags = readFlags();
  const stage = await setStage(flags);
  let good = false;
  stage.succeeded = () => {
    good = true;
    noteSuccess(stage.folder);
  };
  const interrupted = interruption(flags.auto ? AUTO_MS : undefined);
  const play = flags.auto ? playStreamer(stage) : guidePerson(stage);
  try {
    await Promise.race([play, interrupted]);
    stage.succeeded();
  } catch (error) {
    if (!good) narrate('demo', error.message.split('\n')[0]);
  }
  play.catch(() => {}); // what it was waiting for is being taken away
  await takeDown(stage);
  return good ? 0 : 1;
}

main()
  .catch((error) => {
    narrate('demo', error.message);
    return 1;
  })
  // Whatever still waits for a window that is gone must not keep the demo from its end.
  .then((code) => process.exit(code));
