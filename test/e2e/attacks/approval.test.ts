import { afterAll, beforeAll, expect } from 'vitest';
import { attack } from '../../support/attack.ts';
import { LOGINS, LUNA } from '../../support/people.ts';
import { reasonOf } from '../../support/test-bot.ts';
import { type CastkeyFixture, codeOf, openSharedCastkeyFixture, pairedBot } from '../castkey-fixture.ts';
import { TITLES } from '../castkey-process.ts';
import { answerApproval, closing, consentHere } from '../window-actions.ts';
import {
  approvalSaying,
  approvalWindows,
  callsOf,
  helpersOf,
  knock,
  knockFromProcess,
} from './approval-attacker.ts';

let fixture: CastkeyFixture;
beforeAll(async () => {
  fixture = await openSharedCastkeyFixture({ accounts: [LOGINS[LUNA]] });
  const bot = await pairedBot(fixture, 'moderation-bot');
  const granted = bot.getAccessTokenForUser(LUNA, ['moderator:manage:banned_users']);
  await consentHere(fixture.castkey, fixture.twitch.url, LOGINS[LUNA]);
  await granted;
});
afterAll(() => fixture?.close());

const noWindow = () => expect.poll(() => approvalWindows(fixture)).toEqual([]);

attack(
  'a dangerous question put behind a harmless one, the screen frozen in between',
  'it has a window of its own, and no answer is taken before that has been drawn',
  async () => {
    const harmless = await knock(fixture, 'harmless');
    await approvalSaying(fixture, 'harmless');
    const [shown] = await approvalWindows(fixture);
    const gpu = helpersOf(fixture.castkey.process, 'gpu-process');
    expect(gpu.length).toBeGreaterThan(0);
    for (const pid of gpu) process.kill(pid, 'SIGSTOP');
    try {
      const dangerous = await knock(fixture, 'dangerous', { wants: [{ user: LUNA }] });
      harmless.hangUp();
      // Longer than any guard, by the vault's own clock.
      const waiting = await fixture.bot('moderation-bot', { timeoutMs: 3_000 });
      expect(await codeOf(waiting.getAccessTokenForUser(LUNA, ['bits:read']))).toBe('consent-timeout');
      const [other, ...more] = await approvalWindows(fixture);
      expect([other?.id === shown?.id, other?.visible, more]).toEqual([false, false, []]);
      const thawedAt = Date.now();
      for (const pid of gpu) process.kill(pid, 'SIGCONT');
      const calls = callsOf(await approvalSaying(fixture, 'dangerous'));
      await expect.poll(async () => (await calls.read())?.answerable).toBe('all');
      expect((await calls.read())?.expiresAt).toBeGreaterThan(thawedAt + 60_000);
      await answerApproval(fixture.castkey, 'Deny');
      expect(reasonOf(await dangerous.answer)).toBe('denied');
    } finally {
      for (const pid of gpu) process.kill(pid, 'SIGCONT');
    }
    await noWindow();
  },
  60_000,
);

attack(
  'a screen that is stopped just after a question came up, and let go on as she clicks',
  'the time it stood still doesn’t count; nothing is taken until it has been on the screen long enough',
  async () => {
    const stranger = await knock(fixture, 'stopped-early');
    const calls = callsOf(await approvalSaying(fixture, 'stopped-early'));
    const gpu = helpersOf(fixture.castkey.process, 'gpu-process');
    for (const pid of gpu) process.kill(pid, 'SIGSTOP');
    try {
      const waiting = await fixture.bot('moderation-bot', { timeoutMs: 3_000 });
      expect(await codeOf(waiting.getAccessTokenForUser(LUNA, ['bits:read']))).toBe('consent-timeout');
      const { id = '', digest = '', answerable } = (await calls.read()) ?? {};
      expect(answerable).toBe('nothing');
      expect(await calls.decide({ id, digest, decision: 'once' })).toMatchObject({ ok: false });
    } finally {
      for (const pid of gpu) process.kill(pid, 'SIGCONT');
    }
    await expect.poll(async () => (await calls.read())?.answerable).toBe('all');
    stranger.hangUp();
    await noWindow();
  },
  60_000,
);

attack(
  'a window that comes up under her pointer just before she clicks',
  'nothing is taken until 1.5 s after it has been drawn, however late that is',
  async () => {
    const stranger = await knock(fixture, 'popping-up', { wants: [{ user: LUNA }] });
    const calls = callsOf(await approvalSaying(fixture, 'popping-up'));
    const view = await calls.read();
    const answer = { id: view?.id ?? '', digest: view?.digest ?? '', decision: 'always' } as const;
    // Without the tick that Luna's token takes, it is never more than nearly taken.
    const refused = async () => {
      const result = await calls.decide(answer);
      return result.ok ? 'taken' : result.error.message;
    };
    const first = await refused();
    let last = first;
    while (last === first) last = await refused();
    const drawnAt = ((await calls.read())?.expiresAt ?? 0) - 60_000;
    expect(first).toContain('too short a time ago');
    expect(last).toContain('Tick “I understand” first');
    expect(Date.now() - drawnAt).toBeGreaterThanOrEqual(1_500);
    stranger.hangUp();
    await noWindow();
  },
  60_000,
);

attack(
  'a program that asks for nothing and would get a token that bans people',
  'the window says all that the token can do, in red what is dangerous, and wants a tick',
  async () => {
    const stranger = await knock(fixture, 'modest-bot', { wants: [{ user: LUNA, scopes: [] }] });
    const page = await fixture.castkey.window(TITLES.approval);
    const danger = page.getByRole('region', { name: 'Danger', exact: true });
    await danger.getByText('Ban, time out and unban people').waitFor();
    const always = page.getByRole('button', { name: 'Always allow', exact: true });
    const once = page.getByRole('button', { name: 'Allow once', exact: true });
    await expect.poll(() => once.isEnabled()).toBe(true);
    expect(await always.isEnabled()).toBe(false);
    await page.getByRole('checkbox', { name: 'I understand', exact: true }).check();
    await expect.poll(() => always.isEnabled()).toBe(true);
    stranger.hangUp();
    await noWindow();
  },
  60_000,
);

attack(
  'twelve harmless wishes before a stream key',
  'the danger stands above all that scrolls',
  async () => {
    const wants = Array.from({ length: 12 }, (_, index) => ({
      intent: `job ${index}`,
      scopes: [['chat:read']],
    }));
    const last = { intent: 'last', scopes: [['channel:read:stream_key'], ['channel:manage:moderators']] };
    const stranger = await knock(fixture, 'long-list', { wants: [...wants, last] });
    const page = await fixture.castkey.window(TITLES.approval);
    const danger = page.getByRole('region', { name: 'Danger', exact: true });
    await danger.getByText(/secret stream key.*Make people moderators/).waitFor();
    const box = await danger.boundingBox();
    const height = await page.evaluate(() => window.innerHeight);
    expect((box?.y ?? height) + (box?.height ?? height)).toBeLessThan(height / 2);
    stranger.hangUp();
    await noWindow();
  },
  60_000,
);

attack(
  'a second process that sends the same request while the first one waits',
  'two questions; one yes gives one key, and she is told of the other',
  async () => {
    const honest = knockFromProcess(fixture, 'two-of-one');
    const page = await approvalSaying(fixture, 'two-of-one');
    const evil = knockFromProcess(fixture, 'two-of-one');
    await page.getByRole('region', { name: 'Two of one name' }).waitFor();
    await answerApproval(fixture.castkey, 'Allow once');
    const key = await honest.heard;
    expect(key).toHaveLength(43);
    await approvalSaying(fixture, 'You already let in a bot by this name');
    await answerApproval(fixture.castkey, 'Deny');
    expect(await evil.heard).toBe('denied');
  },
  60_000,
);

attack(
  'a question that vanishes under her pointer, so that her Deny hits another bot’s',
  'a Deny before that one’s own picture is not held against it',
  async () => {
    const bait = knockFromProcess(fixture, 'bait');
    await approvalSaying(fixture, 'bait');
    const honest = knockFromProcess(fixture, 'honest-newcomer');
    await approvalSaying(fixture, '1 more request waits behind this one.');
    bait.hangUp();
    const page = await approvalSaying(fixture, 'honest-newcomer');
    await closing(page, () => page.keyboard.press('Escape'));
    expect(await honest.heard).toBe('denied');
    const again = knockFromProcess(fixture, 'honest-newcomer');
    await answerApproval(fixture.castkey, 'Allow once');
    expect(await again.heard).toHaveLength(43);
  },
  60_000,
);

attack(
  'a page of the approval window that is killed again and again',
  'the bot hears that nobody was asked and may try again, not that she said no',
  async () => {
    const stranger = knockFromProcess(fixture, 'unlucky');
    for (const _time of [1, 2]) {
      const page = await fixture.castkey.window(TITLES.approval);
      await page.getByText('unlucky').waitFor();
      const [shown] = await approvalWindows(fixture);
      const pid = await fixture.castkey.app.evaluate(
        ({ BrowserWindow }, id) => BrowserWindow.fromId(id)?.webContents.getOSProcessId() ?? 0,
        shown?.id ?? 0,
      );
      expect(pid).toBeGreaterThan(1);
      process.kill(pid, 'SIGKILL');
      await expect.poll(async () => (await approvalWindows(fixture))[0]?.id).not.toBe(shown?.id);
    }
    expect(await stranger.heard).toBe('internal');
    await noWindow();
  },
  60_000,
);

attack(
  'a program without a key that tries one user after the other to learn who is here',
  'each question is put to her, whoever is here; what she denied stays denied, whoever is here',
  async () => {
    const strange = '99999999';
    for (const user of [LUNA, strange]) {
      const asked = knockFromProcess(fixture, 'prober', { wants: [{ user }] });
      await approvalSaying(fixture, 'prober');
      await answerApproval(fixture.castkey, 'Deny');
      expect(await asked.heard).toBe('denied');
    }
    const again = [LUNA, strange].map(
      (user) => knockFromProcess(fixture, 'prober', { wants: [{ user }] }).heard,
    );
    expect(await Promise.all(again)).toEqual(['denied', 'denied']);
    expect(await approvalWindows(fixture)).toEqual([]);
  },
  60_000,
);
