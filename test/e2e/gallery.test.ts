import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { SANDBOX_PUBLIC_CLIENT } from '../../sandbox/server.ts';
import { BOT, LOGINS, LUNA, MAX } from '../support/people.ts';
import { type CastkeyFixture, codeOf, openSharedCastkeyFixture, pairedBot } from './castkey-fixture.ts';
import { freshHome, removeHome, TITLES } from './castkey-process.ts';
import { recordingBrowser } from './fake-browser.ts';
import { openScreenshots, type Screenshots } from './screenshots.ts';
import {
  addAccount,
  answerApproval,
  cardOf,
  closing,
  goTo,
  onboard,
  openTwitchPage,
  startAddingAccount,
} from './window-actions.ts';

let fixture: CastkeyFixture;
let screenshots: Screenshots;
let main: Page;
const folder = freshHome();

beforeAll(async () => {
  fixture = await openSharedCastkeyFixture({ application: null, env: recordingBrowser(folder).env });
  screenshots = openScreenshots(fixture.castkey);
  main = await fixture.castkey.main();
});

afterAll(async () => {
  await fixture?.close();
  await removeHome(folder);
});

/** Nothing wrong in the pictures since the last look. */
function expectNothingWrong(): void {
  expect(screenshots.problems().splice(0)).toEqual([]);
}

async function shootScreens(name: string, screens: readonly Parameters<typeof goTo>[1][]): Promise<void> {
  for (const screen of screens) {
    await goTo(main, screen);
    await screenshots.take(main, 'main', `${screen.toLowerCase()}-${name}`);
  }
  await goTo(main, 'Dashboard');
}

test('onboarding, with what it says about mistakes', async () => {
  await screenshots.take(main, 'main', 'onboarding');
  await main.getByRole('radio', { name: 'Confidential', exact: true }).check();
  await main.getByRole('button', { name: 'Continue', exact: true }).click();
  await screenshots.take(main, 'main', 'onboarding-mistakes');
  await main.getByRole('radio', { name: 'Public', exact: true }).check();
  expectNothingWrong();
});

test('every screen before there is an account', async () => {
  await onboard(fixture.castkey, SANDBOX_PUBLIC_CLIENT);
  await shootScreens('0', ['Dashboard', 'Accounts', 'Bots', 'Activity']);
  expectNothingWrong();
});

test('the sign-in window from the choice to the check', async () => {
  const signIn = await startAddingAccount(fixture.castkey);
  await signIn.getByText('If Twitch asks for a code').waitFor();
  await screenshots.take(signIn, 'signIn', 'sign-in-choose');
  await signIn.getByRole('button', { name: 'Open my browser', exact: true }).click();
  await signIn.getByText('Waiting for you in the browser').waitFor();
  await screenshots.take(signIn, 'signIn', 'sign-in-browser');
  const twitch = await openTwitchPage(fixture.castkey, fixture.twitch.url);
  await screenshots.take(signIn, 'signIn', 'sign-in-here');
  fixture.twitch.control.addFault({ path: '/oauth2/validate', effect: { kind: 'slow', ms: 6_000 } });
  await twitch.getByRole('radio', { name: LOGINS[LUNA], exact: true }).check();
  await twitch.getByRole('button', { name: 'Authorize', exact: true }).click();
  await signIn.getByText('Checking with Twitch').waitFor();
  await screenshots.take(signIn, 'signIn', 'sign-in-checking');
  // The code went to the browser as well, so it might have been anybody.
  await signIn.getByRole('heading', { name: 'Is this you?' }).waitFor();
  await screenshots.take(signIn, 'signIn', 'sign-in-newcomer');
  await closing(signIn, () => signIn.getByRole('button', { name: 'Keep', exact: true }).click());
  await cardOf(main, LOGINS[LUNA]).waitFor();
  expectNothingWrong();
});

test('the sign-in window while Twitch is out of reach', async () => {
  const { control } = fixture.twitch;
  control.addFault({ path: '/oauth2/device', times: 'all', effect: { kind: 'reset' } });
  onTestFinished(() => void control.clearFaults());
  const signIn = await startAddingAccount(fixture.castkey);
  await signIn.getByText('Twitch can’t be reached at the moment').waitFor();
  for (const name of ['Sign in here', 'Open my browser', 'Copy link'])
    expect(await signIn.getByRole('button', { name, exact: true }).isDisabled()).toBe(true);
  await screenshots.take(signIn, 'signIn', 'sign-in-trouble');
  await closing(signIn, () => signIn.getByRole('button', { name: 'Cancel', exact: true }).click());
  expectNothingWrong();
});

test('every screen with one account, then with three and a bot; approvals of one scope and of thirty', {
  timeout: 120_000,
}, async () => {
  await shootScreens('1', ['Dashboard', 'Accounts']);
  for (const id of [BOT, MAX] as const) await addAccount(fixture.castkey, fixture.twitch.url, LOGINS[id]);
  const pairing = fixture.bot('chat-bot', {
    wants: [{ user: LUNA, scopes: [['chat:read']] }],
    reason: 'Reads along in your chat and greets who is new.',
  });
  const first = await fixture.castkey.window(TITLES.approval);
  await screenshots.take(first, 'approval', 'approval-1-scope');
  await answerApproval(fixture.castkey, 'Always allow');
  await pairing;

  const bot = await pairedBot(fixture, 'a bot with a name as long as they get, or nearly', { wants: [] });
  const asked = codeOf(bot.getAccessTokenForUser(LUNA, ...SCOPES.map((scope) => [scope])));
  const second = await fixture.castkey.window(TITLES.approval);
  await screenshots.take(second, 'approval', 'approval-30-scopes');
  await answerApproval(fixture.castkey, 'Always allow');
  const signIn = await fixture.castkey.window(TITLES.signIn);
  await signIn.getByText('If Twitch asks for a code').waitFor();
  await screenshots.take(signIn, 'signIn', 'sign-in-30-scopes');
  const code = (await signIn.getByRole('region', { name: 'Code for Twitch' }).innerText()).replace(/\s/g, '');
  fixture.twitch.control.approveDevice(/[A-Z]{8}/.exec(code)?.[0] ?? '', LOGINS[LUNA]);
  expect(await asked).toBe('it was answered');
  await shootScreens('3', ['Dashboard', 'Accounts', 'Bots', 'Activity', 'Settings']);
  expectNothingWrong();
});

/** Opens a dialog by its button, photographs it, and closes it again. */
async function shootDialog(button: Locator, name: string): Promise<void> {
  await button.click();
  await main.getByRole('dialog').waitFor();
  await screenshots.take(main, 'main', `dialog-${name.toLowerCase().replace(/\W+/g, '-')}`);
  await main.keyboard.press('Escape');
  await main.getByRole('dialog').waitFor({ state: 'hidden' });
}

test('dialogs', { timeout: 120_000 }, async () => {
  for (const name of ['Grant scopes', 'Remove'])
    await shootDialog(cardOf(main, LOGINS[LUNA]).getByRole('button', { name, exact: true }), name);
  await goTo(main, 'Settings');
  for (const name of ['Export a backup', 'Restore a backup', 'Import logins'])
    await shootDialog(main.getByRole('button', { name, exact: true }), name);
  await goTo(main, 'Activity');
  await shootDialog(main.getByRole('button', { name: 'Export…', exact: true }), 'Export the record');
  await goTo(main, 'Bots');
  await shootDialog(main.getByRole('button', { name: /^Edit / }).first(), 'Edit a permission');
  await shootDialog(main.getByRole('button', { name: 'Remove', exact: true }).first(), 'Remove a bot');
  await goTo(main, 'Dashboard');
  expectNothingWrong();
});

test('fifty accounts, one of which needs the streamer, and a locked vault', {
  timeout: 120_000,
}, async () => {
  const more = Array.from({ length: 47 }, (_, index) => `streamer_number_${index + 4}`);
  while (more.length > 0) await Promise.all(more.splice(0, 8).map(addBareToken));
  await expect
    .poll(() => main.getByRole('button', { name: 'Remove', exact: true }).count(), { timeout: 10_000 })
    .toBe(50);
  fixture.twitch.control.disconnect({ user: MAX });
  await cardOf(main, LOGINS[MAX]).getByRole('button', { name: 'Refresh', exact: true }).click();
  await cardOf(main, LOGINS[MAX]).getByRole('button', { name: 'Sign in again', exact: true }).waitFor();
  await shootScreens('50', ['Dashboard', 'Accounts']);
  await goTo(main, 'Settings');
  await main.getByRole('button', { name: 'Lock now', exact: true }).click();
  await main.getByText('Castkey is locked.', { exact: true }).waitFor();
  await shootScreens('locked', ['Dashboard']);
  expectNothingWrong();
});

/** Makes up a person at Twitch and hands the window a token of hers, as its dialog for that does. */
async function addBareToken(login: string): Promise<void> {
  const { url, control } = fixture.twitch;
  const { clientId: client_id } = SANDBOX_PUBLIC_CLIENT;
  const post = async (path: string, body: Record<string, string>): Promise<Record<string, string>> =>
    (
      await fetch(`${url}${path}`, { method: 'POST', body: new URLSearchParams({ client_id, ...body }) })
    ).json();
  control.createAccount({ login });
  const { device_code = '', user_code = '' } = await post('/oauth2/device', { scopes: 'chat:read' });
  control.approveDevice(user_code, login);
  const grant_type = 'urn:ietf:params:oauth:grant-type:device_code';
  const { access_token: accessToken = '' } = await post('/oauth2/token', {
    device_code,
    grant_type,
    scopes: 'chat:read',
  });
  const added = await main.evaluate((token) => {
    type Calls = { castkey: { 'account.addToken'(req: { accessToken: string }): Promise<{ ok: boolean }> } };
    return (globalThis as unknown as Calls).castkey['account.addToken']({ accessToken: token });
  }, accessToken);
  expect(added).toEqual({ ok: true });
}

const SCOPES = [
  ...[
    'chat:edit',
    'chat:read',
    'bits:read',
    'clips:edit',
    'user:read:email',
    'user:read:chat',
    'user:write:chat',
  ],
  ...['user:bot', 'channel:bot', 'channel:moderate', 'channel:read:ads', 'channel:edit:commercial'],
  ...['channel:manage:ads', 'channel:manage:broadcast', 'channel:manage:polls', 'channel:manage:predictions'],
  ...[
    'channel:manage:raids',
    'channel:manage:redemptions',
    'channel:manage:schedule',
    'channel:manage:videos',
  ],
  ...['channel:manage:vips', 'channel:read:goals', 'channel:read:hype_train', 'channel:read:subscriptions'],
  ...['moderator:manage:announcements', 'moderator:manage:banned_users', 'moderator:manage:chat_messages'],
  ...['moderator:read:chatters', 'moderator:read:followers', 'moderator:manage:shoutouts'],
];
