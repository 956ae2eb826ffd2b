import fc from 'fast-check';
import { expect, it } from 'vitest';
import { HOUR, MINUTE, SECOND } from '../../../../support/fake-time.ts';
import { flatAccounts } from '../../../../support/flat-accounts.ts';
import { type KillableVault, makeKillable, WRITE_MS } from '../../../../support/killable-vault.ts';
import { ALICE, BOB } from '../../../../support/people.ts';
import { offline } from '../../../../support/twitch-replies.ts';
import {
  type PairedBot,
  pairBot,
  signInAs,
  type VaultFixture,
  vaultFixtureWithAlice,
} from '../../../../support/vault-fixture.ts';

/** What the model knows: whose login Twitch has ended, and which one a crash has cost by nature. */
interface Story {
  fixture: VaultFixture;
  bot: PairedBot;
  killable: KillableVault;
  ended: Set<string>;
  /** Every access token a bot was handed. */
  served: Set<string>;
}
type Step = (story: Story) => void | Promise<void>;

const USERS = [ALICE, BOB];
const user = fc.constantFrom(ALICE, BOB);

/** The tokens of an account as they lie on the disk. */
async function onDisk(fixture: VaultFixture, userId: string): Promise<{ access: string; refresh: string }> {
  const name = [...fixture.accounts.files.keys()].find((one) => one.endsWith(`-${userId}`)) ?? '';
  const record = JSON.parse(fixture.accounts.files.get(name) ?? '{}') as { sealed: string };
  const opened = await fixture.box.open(record.sealed);
  if (opened.kind !== 'opened') throw new Error('the record can’t be opened');
  return JSON.parse(opened.plain) as { access: string; refresh: string };
}

/** All access tokens that ever were on the disk. */
async function everOnDisk(fixture: VaultFixture): Promise<Set<string>> {
  const tokens = new Set<string>();
  for (const { text } of fixture.accounts.written) {
    const { sealed } = JSON.parse(text) as { sealed: string };
    const opened = await fixture.box.open(sealed);
    if (opened.kind === 'opened') tokens.add((JSON.parse(opened.plain) as { access: string }).access);
  }
  return tokens;
}

async function expectServedIsSaved({ fixture, served }: Story): Promise<void> {
  const saved = await everOnDisk(fixture);
  expect([...served].filter((token) => !saved.has(token))).toEqual([]);
}

function listen(story: Story): void {
  for (const line of story.bot.lines.splice(0)) {
    const { accessToken } = (line.result ?? {}) as { accessToken?: string };
    if (accessToken !== undefined) story.served.add(accessToken);
  }
}

/** What Twitch renewed and the disk doesn't have: gone by nature, but then no bot may have it either. */
async function judgeCrash(story: Story): Promise<void> {
  const { fixture, ended, served } = story;
  await expectServedIsSaved(story);
  for (const userId of USERS) {
    const { refresh } = await onDisk(fixture, userId);
    if (fixture.twitch.state.refresh.get(refresh)?.dead === false) continue;
    const newest = [...fixture.twitch.state.access].filter(([, row]) => row.userId === userId).at(-1)?.[0];
    if (!ended.has(userId)) expect(served.has(newest ?? '')).toBe(false);
    ended.add(userId);
  }
}

async function beginAnew(story: Story): Promise<void> {
  story.killable = await makeKillable(story.fixture);
  const { keys } = story.bot;
  story.bot = Object.assign(story.fixture.connect(), { keys });
  await story.bot.authenticate(keys);
}

async function consent(story: Story, userId: string): Promise<void> {
  const { fixture, ended } = story;
  fixture.vault.signIn.closed();
  const scopes = userId === ALICE ? ['chat:edit'] : ['bits:read'];
  await fixture.vault.actions['account.signIn'].run({ userId, scopes });
  await fixture.time.pass(SECOND);
  if (fixture.vault.signInView()?.userCode == null) return; // Twitch is out of reach: no code, no consent
  fixture.twitch.decide(userId);
  await fixture.time.pass(30 * SECOND);
  const healed = flatAccounts(fixture.view()).find((account) => account.userId === userId)?.state === 'ok';
  if (healed) ended.delete(userId);
}

const step: fc.Arbitrary<[string, Step]> = fc.oneof(
  user.map((who): [string, Step] => [
    'get',
    ({ bot }) => void bot.request('getAccessTokenForUser', { user: who }),
  ]),
  user.map((who): [string, Step] => [
    'force',
    ({ bot }) => void bot.request('refreshAccessTokenForUser', { user: who }),
  ]),
  user.map((who): [string, Step] => ['expire', ({ fixture }) => fixture.twitch.kill('access', who)]),
  user.map((who): [string, Step] => [
    'revoke at Twitch',
    ({ fixture, ended }) => {
      fixture.twitch.kill('access', who);
      fixture.twitch.kill('refresh', who);
      ended.add(who);
    },
  ]),
  user.map((who): [string, Step] => ['consent', (story) => consent(story, who)]),
  fc.boolean().map((off): [string, Step] => [
    off ? 'offline' : 'online',
    ({ fixture }) => {
      for (const kind of ['refresh', 'validate', 'device'] as const)
        fixture.twitch.always(kind, off ? offline : null);
    },
  ]),
  fc
    .integer({ min: 0, max: 5 * HOUR })
    .map((ms): [string, Step] => ['pass', ({ fixture }) => fixture.time.pass(ms)]),
  fc.integer({ min: 0, max: 3 * WRITE_MS }).map((ms): [string, Step] => [
    'crash',
    async (story) => {
      await story.fixture.time.pass(ms);
      story.killable.kill();
      listen(story);
      await story.fixture.time.settle();
      await judgeCrash(story);
      await beginAnew(story);
    },
  ]),
  fc.constant<[string, Step]>([
    'restart',
    async (story) => {
      const stopping = story.fixture.vault.stop();
      await story.fixture.time.pass(10 * SECOND);
      await stopping;
      story.killable.kill();
      await beginAnew(story);
    },
  ]),
);

/** A login left alone after a crash, since its access token was ended as well, comes back with her click. */
async function expectWell({ fixture }: Story, userId: string): Promise<void> {
  const { vault, time } = fixture;
  if (fixture.account(userId).tryAnyway !== null) {
    const trying = vault.actions['account.tryAnyway'].run({ userId });
    await time.pass(10 * SECOND);
    await trying;
  }
  expect(fixture.account(userId).state).toBe('ok');
}

async function newStory(): Promise<Story> {
  const fixture = await vaultFixtureWithAlice();
  await signInAs(fixture, BOB);
  const bot = await pairBot(fixture, [{ user: ALICE }, { user: BOB }]);
  await fixture.vault.stop();
  const killable = { doubled: 0, kill: () => undefined };
  const story: Story = { fixture, bot, killable, ended: new Set(), served: new Set() };
  await beginAnew(story);
  return story;
}

it('over crashes, restarts, outages and consents no login is lost and nothing unsaved was ever served', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
      const story = await newStory();
      const { fixture } = story;
      for (const [, run] of steps) {
        await run(story);
        listen(story);
        expect(story.killable.doubled, 'two refreshes of one login at once').toBe(0);
      }
      for (const kind of ['refresh', 'validate', 'device'] as const) fixture.twitch.always(kind, null);
      await fixture.time.pass(2 * HOUR + 10 * MINUTE);
      listen(story);
      await expectServedIsSaved(story);
      expect(
        fixture
          .view()
          .accounts.map(({ userId }) => userId)
          .sort(),
      ).toEqual(USERS);
      const refreshTokens = fixture.twitch.state.reused;
      expect(new Set(refreshTokens).size, 'a used refresh token was sent more than once').toBe(
        refreshTokens.length,
      );
      for (const userId of USERS) if (!story.ended.has(userId)) await expectWell(story, userId);
      story.killable.kill();
    }),
    { numRuns: 100 },
  );
}, 60_000);
