import type { Page } from 'playwright-core';
import { expect, onTestFinished, test, vi } from 'vitest';
import { random } from '../../sandbox/random.ts';
import { type NewFault, SANDBOX_CONFIDENTIAL_CLIENT } from '../../sandbox/server.ts';
import { BOT, LOGINS, LUNA } from '../support/people.ts';
import { type CastkeyFixture, codeOf, openCastkeyFixture, pairedBot } from './castkey-fixture.ts';
import { findSecrets, type Named, searchFolder, secretsOf } from './secret-search.ts';
import {
  addAccount,
  answerApproval,
  cardOf,
  closing,
  consentHere,
  goTo,
  onboard,
  startAddingAccount,
} from './window-actions.ts';
import { heapOf, type Message, recordWindowTraffic } from './window-traffic.ts';

/** A token of somebody else's, pasted by mistake. */
const PASTED = 'zq8pastedbymistakeandnotvalid0';

/** One-time secrets, which Twitch's side draws by chance and forgets: noted as they are drawn. */
function oneTimeSecrets(): () => Named[] {
  const drawn = [vi.spyOn(random, 'authorizationCode'), vi.spyOn(random, 'deviceCode')];
  onTestFinished(() => drawn.forEach((spy) => void spy.mockRestore()));
  return () =>
    drawn.flatMap((spy, kind) =>
      spy.mock.results.map(({ value }, index) => ({
        name: `${kind === 0 ? 'authorization' : 'device'} code ${index}`,
        secret: String(value),
      })),
    );
}

/** Signs in by device code, as with a browser on another computer. Returns what the window then holds. */
async function signInElsewhere(fixture: CastkeyFixture, login: string): Promise<string> {
  const signIn = await startAddingAccount(fixture.castkey);
  const code = signIn.getByRole('region', { name: 'Code for Twitch' });
  const userCode = /[A-Z]{4}[\s-]*[A-Z]{4}/.exec((await code.innerText()).replace(/\s/g, ''))?.[0] ?? '';
  const heap = await heapOf(signIn);
  fixture.twitch.control.approveDevice(userCode, login);
  await closing(signIn, () => signIn.getByRole('button', { name: 'Keep', exact: true }).click());
  await cardOf(await fixture.castkey.main(), login).waitFor();
  return heap;
}

/** Bots: one is let in, served, refreshed and given more; one asks for what it may not have. */
async function serveBots(fixture: CastkeyFixture): Promise<void> {
  const bot = await pairedBot(fixture, 'canary-bot');
  const upgrade = bot.getAccessTokenForUser(LUNA, ['chat:edit']);
  await consentHere(fixture.castkey, fixture.twitch.url, LOGINS[LUNA]);
  await upgrade;
  await bot.refreshAccessTokenForUser(LUNA);
  const own = bot.getAppAccessToken();
  await answerApproval(fixture.castkey, 'Always allow');
  await own;
  const asked = codeOf(bot.getAccessTokenForUser(BOT));
  await answerApproval(fixture.castkey, 'Deny');
  expect(await asked).toBe('denied');
}

/** Things go wrong: a pasted token that is none, Twitch failing, a login that is over. */
async function causeTrouble(fixture: CastkeyFixture): Promise<void> {
  const main = await fixture.castkey.main();
  await goTo(main, 'Accounts');
  await main.getByRole('button', { name: 'Add a bare token' }).click();
  await main.getByLabel('Access token', { exact: true }).fill(`oauth:${PASTED}`);
  await main.getByRole('button', { name: 'Add token', exact: true }).click();
  await main.getByText('Twitch says that this token is not valid.').waitFor();
  await main.getByRole('button', { name: 'Cancel', exact: true }).click();
  await goTo(main, 'Dashboard');
  await refreshWith({ kind: 'cut-off', when: 'after' }, fixture, main, LOGINS[LUNA]);
  await refreshWith({ kind: 'invalid-refresh-token' }, fixture, main, LOGINS[BOT]);
  await cardOf(main, LOGINS[BOT]).getByRole('button', { name: 'Sign in again', exact: true }).waitFor();
  await cardOf(main, LOGINS[BOT]).getByRole('button', { name: 'Remove', exact: true }).click();
  await main.getByRole('button', { name: 'Remove account', exact: true }).click();
  await cardOf(main, LOGINS[BOT]).waitFor({ state: 'detached' });
}

/** Refreshes by hand while Twitch has a fault; with `after` the answer holds tokens and breaks off. */
async function refreshWith(
  effect: NewFault['effect'],
  { twitch: { control }, tokenRequests }: CastkeyFixture,
  main: Page,
  login: string,
): Promise<void> {
  control.addFault({ path: '/oauth2/token', grantType: 'refresh_token', effect });
  const before = tokenRequests('refresh_token');
  await cardOf(main, login).getByRole('button', { name: 'Refresh', exact: true }).click();
  await expect.poll(() => tokenRequests('refresh_token')).toBeGreaterThan(before);
}

/** What people type into a window goes to the main process, and only by these calls. */
const TYPED = ['castkey:main:app.configure', 'castkey:main:account.addToken'];

function searchMessages(messages: readonly Message[], secrets: readonly Named[]): string[] {
  const expected = ({ way, channel }: Message): boolean => way === 'in' && TYPED.includes(channel);
  return messages
    .filter((message) => !expected(message))
    .flatMap(({ way, channel, text }) => findSecrets(`${way} ${channel}`, text, secrets));
}

test('no secret reaches a window, the terminal or a file, whatever happens', {
  timeout: 120_000,
}, async () => {
  const drawn = oneTimeSecrets();
  const fixture = await openCastkeyFixture({ application: null });
  const tap = await recordWindowTraffic(fixture.castkey.app);
  const main = await onboard(fixture.castkey, SANDBOX_CONFIDENTIAL_CLIENT);
  await addAccount(fixture.castkey, fixture.twitch.url, LOGINS[LUNA]);
  const waiting = await signInElsewhere(fixture, LOGINS[BOT]);
  await serveBots(fixture);
  await causeTrouble(fixture);
  for (const place of ['Accounts', 'Bots', 'Activity', 'Settings'] as const) await goTo(main, place);

  const secrets = [...secretsOf(fixture), ...drawn(), { name: 'pasted token', secret: PASTED }];
  const kinds = new Set(secrets.map(({ name }) => name.replace(/ ?[\d].*| of .*/, '')));
  expect([...kinds].sort()).toEqual(KINDS);

  const messages = await tap.messages();
  expect(searchMessages(messages, secrets)).toEqual([]);
  const channels = new Set(messages.map(({ way, channel }) => `${way} ${channel}`));
  expect([...channels]).toEqual(expect.arrayContaining(HEARD));
  expect(messages.filter(({ text }) => text.includes(SANDBOX_CONFIDENTIAL_CLIENT.clientSecret))).toHaveLength(
    1,
  );

  expect(findSecrets('the sign-in window', waiting, secrets)).toEqual([]);
  await main.evaluate(() => Object.assign(globalThis, { planted: ['put', 'here', 'by', 'hand'].join('-') }));
  const heap = await heapOf(main);
  expect(findSecrets('heap', heap, [{ name: 'marker', secret: 'put-here-by-hand' }])).toEqual([
    'marker (clear) in heap',
  ]);
  expect(findSecrets('the main window', heap, secrets)).toEqual([]);
  expect(findSecrets('its page', await main.content(), secrets)).toEqual([]);

  await fixture.castkey.quit();
  expect(fixture.castkey.output()).toContain('castkey: ');
  expect(findSecrets('the terminal', fixture.castkey.output(), secrets)).toEqual([]);
  expect(searchFolder(fixture.home, secrets)).toEqual([]);
});

const KINDS = ['authorization code', 'client secret', 'device code', 'key', 'pasted token', 'token'];
const HEARD = [
  'in castkey:main:app.configure',
  'in castkey:main:account.addToken',
  'out castkey:main:account.addToken',
  'out castkey:main:state',
  'out castkey:approval:approval.read',
  'in castkey:approval:approval.decide',
  'out castkey:signIn:signIn.read',
  'out castkey:signIn:state',
];
