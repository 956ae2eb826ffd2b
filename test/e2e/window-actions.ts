/** What a streamer does with her mouse and keyboard, in the real windows. */
import type { Page } from 'playwright-core';
import { type Castkey, findPage, TITLES } from './castkey-process.ts';

/** The Twitch application she registered. */
export type Application = { clientId: string; clientSecret?: string };

/** Fills in the first-run form; ends on the dashboard. */
export async function onboard(castkey: Castkey, { clientId, clientSecret }: Application): Promise<Page> {
  const main = await castkey.main();
  await main.getByRole('textbox', { name: 'Client ID', exact: true }).fill(clientId);
  if (clientSecret !== undefined) {
    await main.getByRole('radio', { name: 'Confidential', exact: true }).check();
    await main.getByRole('textbox', { name: 'Client secret', exact: true }).fill(clientSecret);
  }
  await main.getByRole('button', { name: 'Continue', exact: true }).click();
  await main.getByRole('heading', { name: 'Dashboard' }).waitFor();
  return main;
}

/** Opens the sign-in window from the dashboard. */
export async function startAddingAccount(castkey: Castkey): Promise<Page> {
  const main = await castkey.main();
  await main.getByRole('button', { name: 'Add account', exact: true }).first().click();
  return castkey.window(TITLES.signIn);
}

/** The page of Twitch (the stand-in at `url`) inside the sign-in window. */
export async function openTwitchPage(castkey: Castkey, url: string): Promise<Page> {
  const signIn = await castkey.window(TITLES.signIn);
  await signIn.getByRole('button', { name: 'Sign in here', exact: true }).click();
  const page = await findPage(castkey.app, async (one) => one.url().startsWith(url), 'page of Twitch');
  await page.getByRole('button', { name: 'Authorize', exact: true }).waitFor();
  return page;
}

/** Says yes to Twitch's question inside the sign-in window, as the account named. */
export async function consentHere(castkey: Castkey, url: string, login: string): Promise<void> {
  const page = await openTwitchPage(castkey, url);
  await page.getByRole('radio', { name: login, exact: true }).check();
  await page.getByRole('button', { name: 'Authorize', exact: true }).click();
}

/** The device code that the sign-in window shows, as Twitch wrote it. */
export async function shownCode(signIn: Page): Promise<string> {
  const box = await signIn.getByRole('region', { name: 'Code for Twitch' }).innerText();
  const code = /[A-Z]{8}/.exec(box.replace(/\s/g, ''))?.[0];
  if (code === undefined) throw new Error('the window shows no code');
  return code;
}

/** The dashboard's card or row of an account. */
export function cardOf(main: Page, login: string) {
  return main.locator(`[aria-label="${login}"]`).first();
}

export async function addAccount(castkey: Castkey, url: string, login: string): Promise<void> {
  await startAddingAccount(castkey);
  await consentHere(castkey, url, login);
  await cardOf(await castkey.main(), login).waitFor();
}

/**
 * Answers the approval window once its buttons are open. A lasting yes to something dangerous takes a tick
 * first, as it does by hand.
 */
export async function answerApproval(
  castkey: Castkey,
  decision: 'Always allow' | 'Allow once' | 'Deny',
): Promise<void> {
  const approval = await castkey.window(TITLES.approval);
  const button = approval.getByRole('button', { name: decision, exact: true });
  await button.waitFor();
  const tick = approval.getByRole('checkbox', { name: 'I understand', exact: true });
  if (decision === 'Always allow' && (await tick.isVisible())) await tick.check();
  await closing(approval, () => button.click());
}

/** Does what closes a window. The click itself may fail, because its window is gone before it returns. */
export async function closing(page: Page, act: () => Promise<void>): Promise<void> {
  const gone = page.waitForEvent('close');
  gone.catch(() => undefined); // told below, unless the act itself fails
  await act().catch((error: Error) => {
    if (!error.message.includes('has been closed')) throw error;
  });
  await gone;
}

/** Goes to a screen of the main window by its navigation. */
export async function goTo(
  main: Page,
  screen: 'Dashboard' | 'Accounts' | 'Bots' | 'Activity' | 'Settings',
): Promise<void> {
  await main.getByRole('button', { name: screen, exact: true }).first().click();
  await main.getByRole('heading', { name: screen, level: 1, exact: true }).waitFor();
}
