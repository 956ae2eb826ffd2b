import { startBot } from './bot-process.mjs';
import { notePid } from './cleanup.mjs';
import { narrate } from './narrate.mjs';
import { firstAccount, sandboxPort } from './profile.mjs';
import { startVault } from './vault.mjs';

const you = (...lines) => {
  for (const line of lines) narrate('you', line);
};

/**
 * The demo for a person: tells her what to press, step by step, and waits for her.
 *
 * @param {import('./run.mjs').Stage} stage
 */
export async function guidePerson(stage) {
  narrate('demo', 'starts Castkey on a throw-away profile. You are the streamer; Ctrl-C ends the demo');
  const vault = startVault(stage.home);
  notePid(stage.folder, vault.pid);
  stage.closing.push(vault.quit);
  const left = vault.closed.then(() => {
    throw new Error('Castkey was closed before the bot had what it wanted.');
  });
  await Promise.race([meetBot(stage), left]);
  left.catch(() => {});
  stage.succeeded();
  you(
    'That is all. Look around: Dashboard, Accounts, Bots, Activity.',
    'When you have seen enough, press Ctrl-C here, or quit Castkey (its icon in the tray has a menu).',
  );
  await vault.closed;
}

async function meetBot(stage) {
  you('1. Press "Use the sandbox": a pretend Twitch on this computer, where nothing is real.');
  const port = await sandboxPort(stage.home);
  you('2. Press "Add account", then "Sign in here"; choose luna_streams and press "Authorize".');
  const channel = await firstAccount(stage.home);
  you(
    '3. A bot will ask to be let in. See what it says and what the system says,',
    '   choose luna_streams for the job "chat", and press "Always allow" within a minute.',
  );
  let step = 3;
  const bot = startBot(stage, {
    port,
    channel,
    onLine: (line) => {
      if (!/^asks for \S+:\S+ of /.test(line)) return;
      step += 1;
      you(`${step}. It needs a permission it lacks: press "Sign in here", then "Authorize".`);
    },
  });
  notePid(stage.folder, bot.pid);
  stage.closing.push(bot.stop);
  await bot.done;
}
