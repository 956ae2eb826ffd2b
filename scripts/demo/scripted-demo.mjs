import { setTimeout as sleep } from 'node:timers/promises';
import { notePid } from '../vault/cleanup.mjs';
import { sandboxPort } from '../vault/profile.mjs';
import { driveVault } from '../vault/vault-process.mjs';
import { startBot } from './bot-process.mjs';
import { printStep } from './demo-context.mjs';
import { openScreenshots } from './screenshots.mjs';
import { findTwitchPage, findWindow, press, pressToClose, TITLES } from './windows.mjs';

/** The user ID of luna_streams in every sandbox. */
const LUNA = '700100001';
const ACCOUNTS = ['luna_streams', 'luna_bot', 'modmax'];
const PAGES = ['Accounts', 'Bots', 'Activity'];

/**
 * The scripted streamer: clicks what a person would, in the same real windows, and takes pictures.
 *
 * @param {import('./demo-context.mjs').Demo} demo
 */
export async function runScriptedDemo(demo) {
  printStep('demo', 'starts Castkey on a throw-away profile; a scripted streamer clicks in its windows');
  const vault = await driveVault(demo.home);
  notePid(demo.folder, vault.pid);
  demo.closing.push(vault.quit);
  const ended = vault.closed.then(() => {
    throw new Error('Castkey ended while the demo was under way.');
  });
  ended.catch(() => {});
  const clicked = clickThrough(demo, vault.app).catch(async (error) => {
    await Promise.race([ended, sleep(500)]); // the better reason may be a moment late
    throw error;
  });
  await Promise.race([ended, clicked]);
  printStep('demo', 'the screenshots are in artifacts/demo');
}

async function clickThrough(demo, app) {
  const screenshots = await openScreenshots(app, demo);
  const ui = { app, screenshots, main: await findWindow(app, TITLES.main) };
  const port = await chooseSandbox(demo, ui);
  ui.twitch = `http://127.0.0.1:${port}`;
  for (const login of ACCOUNTS) await addAccount(ui, login);
  const bot = startBot(demo, { port, channel: LUNA });
  notePid(demo.folder, bot.pid);
  demo.closing.push(bot.stop);
  // The bot's failure tells more than that of the windows that were waited for.
  await Promise.race([meetBot(ui), bot.done.then(() => new Promise(() => {}))]);
  await bot.done;
  await showAround(ui);
}

async function chooseSandbox(demo, { main, screenshots }) {
  printStep('streamer', 'sees Castkey for the first time, presses "Use the sandbox": a pretend Twitch');
  await main.getByRole('button', { name: 'Use the sandbox', exact: true }).waitFor();
  await screenshots.take(main, 'onboarding');
  await press(main, 'Use the sandbox');
  await main.getByRole('heading', { name: 'Dashboard' }).waitFor();
  const port = await sandboxPort(demo.home);
  await screenshots.take(main, 'no-account-yet');
  printStep('demo', `the sandbox Twitch is at http://127.0.0.1:${port}`);
  return port;
}

async function addAccount(ui, login) {
  printStep('streamer', `presses "Add account" and signs in as ${login}`);
  const first = login === ACCOUNTS[0];
  await press(ui.main, 'Add account');
  await signIn(ui, login, first ? ['add-account', 'twitch-asks'] : []);
  await ui.main.locator(`[aria-label="${login}"]`).first().waitFor();
}

/** "Sign in here", then Twitch's own page; `shots` names the pictures to take of the two. */
async function signIn({ app, twitch, screenshots }, login, shots, how) {
  const window = await findWindow(app, TITLES.signIn);
  const here = window.getByRole('button', { name: 'Sign in here', exact: true });
  await window.getByLabel('Code for Twitch').waitFor();
  if (shots[0]) await screenshots.take(window, shots[0], how);
  await here.click();
  const page = await findTwitchPage(app, twitch);
  await page.getByRole('radio', { name: login, exact: true }).check();
  if (shots[1]) await screenshots.takeWithTwitch(window, page, shots[1]);
  const gone = window.waitForEvent('close');
  await pressToClose(page, 'Authorize');
  await gone;
}

/** From the bot's first knock to the last permission it asks for. */
async function meetBot(ui) {
  const approval = await findWindow(ui.app, TITLES.approval);
  printStep('streamer', 'reads who asks and for what, gives luna_bot the job "chat", presses "Always allow"');
  await approval.getByRole('radio', { name: 'luna_bot', exact: true }).check();
  await approval.getByRole('button', { name: 'Always allow', exact: true, disabled: false }).waitFor();
  await ui.screenshots.take(approval, 'a-bot-asks', { whole: true, docsName: 'approval' });
  await pressToClose(approval, 'Always allow');
  const asks = [
    ['luna_streams', ['a-first-scope']],
    ['luna_streams', ['one-more-scope', 'twitch-asks-again'], { docsName: 'sign-in' }],
    ['luna_bot', ['the-bot-account']],
  ];
  for (const [login, shots, how] of asks) {
    await findWindow(ui.app, TITLES.signIn);
    printStep('streamer', `reads what is new, presses "Sign in here" and "Authorize" as ${login}`);
    await signIn(ui, login, shots, how);
  }
}

/** A picture of each page, and one of the dashboard in the dark. */
async function showAround({ main, screenshots }) {
  printStep('streamer', 'looks around');
  const go = (name) => main.getByRole('navigation').getByRole('button', { name, exact: true }).click();
  await screenshots.take(main, 'dashboard', { docsName: 'dashboard' });
  for (const name of PAGES) {
    await go(name);
    await main.getByRole('heading', { name, exact: true, level: 1 }).waitFor();
    await screenshots.take(main, name.toLowerCase());
  }
  await go('Dashboard');
  await main.emulateMedia({ colorScheme: 'dark' });
  await screenshots.take(main, 'dashboard-dark');
}
