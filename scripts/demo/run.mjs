// The demo itself, inside the session that scripts/demo.mjs has made.
import { parseArgs } from 'node:util';
import { closeDemo, createDemo, printStep } from './demo-context.mjs';
import { runGuidedDemo } from './guided-demo.mjs';
import { runScriptedDemo } from './scripted-demo.mjs';

const MAX_AUTO_MS = 180_000;

function readFlags() {
  const options = { auto: { type: 'boolean', default: false }, docs: { type: 'boolean', default: false } };
  return parseArgs({ options }).values;
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

async function main() {
  const flags = readFlags();
  const demo = await createDemo(flags);
  const interrupted = interruption(flags.auto ? MAX_AUTO_MS : undefined);
  const run = flags.auto ? runScriptedDemo(demo) : runGuidedDemo(demo);
  try {
    await Promise.race([run, interrupted]);
    demo.succeed();
  } catch (error) {
    if (!demo.hasSucceeded()) printStep('demo', error.message.split('\n')[0]);
  }
  run.catch(() => {}); // the windows it was waiting for are being closed
  await closeDemo(demo);
  return demo.hasSucceeded() ? 0 : 1;
}

main()
  .catch((error) => {
    printStep('demo', error.message);
    return 1;
  })
  // Whatever still waits for a window that is gone must not keep the demo from its end.
  .then((code) => process.exit(code));
