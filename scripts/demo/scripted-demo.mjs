import { setTimeout as sleep } from 'node:timers/promises';
import { startBot } from './bot-process.mjs';
import { notePid } from './cleanup.mjs';
import { narrate } from './narrate.mjs';
import { sandboxPort } from './profile.mjs';
import { openCamera } from './screenshots.mjs';
import { driveVault } from './vault.mjs';
import { findTwitchPage, findWindow, press, pressToClose, TITLES } from './windows.mjs';

/** The user ID of luna_streams in every sandbox. */
const LUNA = '700100001';
const ACCOUNTS = ['luna_streams', 'luna_bot', 'modmax'];
const PAGES = ['Accounts', 'Bots', 'Activity'];

/**
 * The scripted streamer: clicks what a person would, in the same real windows, and takes pictures.
 *
 * @param {import('./run.mjs').Stage} stage
 */
export async function playStreamer(stage) {
  narrate('demo', 'starts Castkey on a throw-away profile; a scripted streamer clicks in its windows');
  const vault = await driveVault(stage.home);
  notePid(stage.folder, vault.pid);
  stage.closing.push(vault.quit);
  const ended = vault.closed.then(() => {
    throw new Error('Castkey ended while the demo was under way.');
  });
  ended.catch(() => {});
  const clicked = clickThrough(stage, vault.app).catch(async (error) => {
    await Promise.race([ended, sleep(500)]); // the better reason may be a moment late
    throw error;
  });
  await Promise.race([ended, clicked]);
  narrate('demo', 'the screenshots are in artifacts/demo');
}

async function clickThrough(stage, app) {
  const camera = await openCamera(app, stage);
  const her = { app, camera, main: await findWindow(app, TITLES.main) };
  const port = await chooseSandbox(stage, her);
  her.twitch = `http://127.0.0.1:${port}`;
  for (const login of ACCOUNTS) await addAccount(her, login);
  const bot = startBot(stage, { port, channel: LUNA });
  notePid(stage.folder, bot.pid);
  stage.closing.push(bot.stop);
  // The bot's failure tells more than that of the windows it leaves her waiting for.
  await Promise.race([meetBot(her), bot.done.then(() => new Promise(() => {}))]);
  await bot.done;
  await showAround(her);
}

async function chooseSandbox(stage, { main, camera }) {
  narrate('streamer', 'sees Castkey for the first time, presses "Use the sandbox": a pretend Twitch');
  await main.getByRole('button', { name: 'Use the sandbox', exact: true }).waitFor();
  await camera.shoot(main, 'onboarding');
  await press(main, 'Use the sandbox');
  await main.getByRole('heading', { name: 'Dashboard' }).waitFor();
  const port = await sandboxPort(stage.home);
  await camera.shoot(main, 'no-account-yet');
  narrate('demo', `the sandbox Twitch is at http://127.0.0.1:${port}`);
  return port;
}

async function addAccount(her, login) {
  narrate('streamer', `presses "Add account" and signs in as ${login}`);
  const first = login === ACCOUNTS[0];
  await press(her.main, 'Add account');
  await signIn(her, login, first ? ['add-account', 'twitch-asks'] : []);
  await her.main.locator(`[aria-label="${login}"]`).first().waitFor();
}

/** "Sign in here", then Twitch's own page; `shots` names the pictures to take of the two. */
async function signIn({ app, twitch, camera }, login, shots, how) {
  const window = await findWindow(app, TITLES.signIn);
  const here = window.getByRole('button', { name: 'Sign in here', exact: true });
  await window.getByLabel('Code for Twitch').waitFor();
  if (shots[0]) await camera.shoot(window, shots[0], how);
  await here.click();
  const page = await findTwitchPage(app, twitch);
  await page.getByRole('radio', { name: login, exact: true }).check();
  if (shots[1]) await camera.shootWithTwitch(window, page, shots[1]);
  const gone = window.waitForEvent('close');
  await pressToClose(page, 'Authorize');
  await gone;
}

/** From the bot's first knock to the last permission it asks for. */
async function meetBot(her) {
  const approval = await findWindow(her.app, TITLES.approval);
  narrate('streamer', 'reads who asks and for what, gives luna_bot the job "chat", presses "Always allow"');
  await approval.getByRole('radio', { name: 'luna_bot', exact: true }).check();
  await approval.getByRole('button', { name: 'Always allow', exact: true, disabled: false }).waitFor();
  await her.camera.shoot(approval, 'a-bot-asks', { whole: true, docsName: 'approval' });
  await pressToClose(approval, 'Always allow');
  const asks = [
    ['luna_streams', ['a-first-scope']],
    ['luna_streams', ['one-more-scope', 'twitch-asks-again'], { docsName: 'sign-in' }],
    ['luna_bot', ['the-bot-account']],
  ];
  for (const [login, shots, how] of asks) {
    await findWindow(her.app, TITLES.signIn);
    narrate('streamer', `reads what is new, presses "Sign in here" and "Authorize" as ${login}`);
    await signIn(her, login, shots, how);
  }
}

/** A picture of each page, and one of the dashboard in the dark. */
async function showAround({ main, camera }) {
  narrate('streamer', 'looks around');
  const go = (name) => main.getByRole('navigation').getByRole('button', { name, exact: true }).click();
  await camera.shoot(main, 'dashboard', { docsName: 'dashboard' });
  for (const name of PAGES) {
    await go(name);
    await main.getByRole('heading', { name, exact: true, level: 1 }).waitFor();
    await camera.shoot(main, name.toLowerCase());
  }
  await go('Dashboard');
  await main.emulateMedia({ colorScheme: 'dark' });
  await camera.shoot(main, 'dashboard-dark');
}
