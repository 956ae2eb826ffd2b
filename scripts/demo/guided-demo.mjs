import { notePid } from '../vault/cleanup.mjs';
import { firstAccount, sandboxPort } from '../vault/profile.mjs';
import { startVault } from '../vault/vault-process.mjs';
import { startBot } from './bot-process.mjs';
import { printStep } from './demo-context.mjs';

const you = (...lines) => {
  for (const line of lines) printStep('you', line);
};

/**
 * The demo for a person: tells her what to press, step by step, and waits for her.
 *
 * @param {import('./demo-context.mjs').Demo} demo
 */
export async function runGuidedDemo(demo) {
  printStep('demo', 'starts Castkey on a throw-away profile. You are the streamer; Ctrl-C ends the demo');
  const vault = startVault(demo.home);
  notePid(demo.folder, vault.pid);
  demo.closing.push(vault.quit);
  const left = vault.closed.then(() => {
    throw new Error('Castkey was closed before the bot had what it wanted.');
  });
  await Promise.race([meetBot(demo), left]);
  left.catch(() => {});
  demo.succeed();
  you(
    'That is all. Look around: Dashboard, Accounts, Bots, Activity.',
    'When you have seen enough, press Ctrl-C here, or quit Castkey (its icon in the tray has a menu).',
  );
  await vault.closed;
}

async function meetBot(demo) {
  you('1. Press "Use the sandbox": a pretend Twitch on this computer, where nothing is real.');
  const port = await sandboxPort(demo.home);
  you('2. Press "Add account", then "Sign in here"; choose luna_streams and press "Authorize".');
  const channel = await firstAccount(demo.home);
  you(
    '3. A bot will ask to be let in. See what it says and what the system says,',
    '   choose luna_streams for the job "chat", and press "Always allow" within a minute.',
  );
  let step = 3;
  const bot = startBot(demo, {
    port,
    channel,
    onLine: (line) => {
      if (!/^asks for \S+:\S+ of /.test(line)) return;
      step += 1;
      you(`${step}. It needs a permission it lacks: press "Sign in here", then "Authorize".`);
    },
  });
  notePid(demo.folder, bot.pid);
  demo.closing.push(bot.stop);
  await bot.done;
}
