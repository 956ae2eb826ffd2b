import fc from 'fast-check';
import { expect, it } from 'vitest';
import { HOUR, MINUTE, SECOND } from '../../../../support/fake-time.ts';
import { type KillableVault, makeKillable, WRITE_MS } from '../../../../support/killable-vault.ts';
import { ALICE } from '../../../../support/people.ts';
import {
  APP_LOGINS,
  type AppBots,
  type AppLogin,
  CONFIDENTIAL_ID,
  expectOwnTokens,
  loginView,
  severalApplicationsFixture,
} from '../../../../support/several-applications.ts';
import { offline } from '../../../../support/twitch-replies.ts';
import type { VaultFixture } from '../../../../support/vault-fixture.ts';

/** What the model knows: whose login Twitch has ended, and which one a crash has cost by nature. */
interface Story {
  fixture: VaultFixture;
  bots: AppBots;
  killable: KillableVault;
  ended: Set<AppLogin>;
  /** Every access token a bot was handed. */
  served: Set<string>;
}
type Step = (story: Story) => void | Promise<void>;

const login = fc.constantFrom(...APP_LOGINS);

/** The tokens of a login as they lie on the disk. */
async function onDisk(
  fixture: VaultFixture,
  { clientId, userId }: AppLogin,
): Promise<{ access: string; refresh: string }> {
  const record = JSON.parse(fixture.accounts.files.get(`${clientId}-${userId}`) ?? '{}') as {
    sealed: string;
  };
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
  expectOwnTokens(story.fixture, story.bots);
  for (const { lines } of story.bots.values())
    for (const { result } of lines.splice(0)) {
      const { accessToken } = (result ?? {}) as { accessToken?: string };
      if (accessToken !== undefined) story.served.add(accessToken);
    }
}

/** What Twitch renewed and the disk doesn't have: gone by nature, but then no bot may have it either. */
async function judgeCrash(story: Story): Promise<void> {
  const { fixture, ended, served } = story;
  await expectServedIsSaved(story);
  for (const of of APP_LOGINS) {
    const { refresh } = await onDisk(fixture, of);
    if (fixture.twitch.state.refresh.get(refresh)?.dead === false) continue;
    const { clientId, userId } = of;
    const own = [...fixture.twitch.state.access].filter(
      ([, row]) => row.clientId === clientId && row.userId === userId,
    );
    if (!ended.has(of)) expect(served.has(own.at(-1)?.[0] ?? '')).toBe(false);
    ended.add(of);
  }
}

async function beginAnew(story: Story): Promise<void> {
  story.killable = await makeKillable(story.fixture);
  for (const [twitchClientId, { keys }] of story.bots) {
    const bot = Object.assign(story.fixture.connect(), { keys });
    await bot.authenticate({ ...keys, twitchClientId });
    story.bots.set(twitchClientId, bot);
  }
}

async function consent(story: Story, of: AppLogin): Promise<void> {
  const { fixture, ended } = story;
  const { userId } = of;
  fixture.vault.signIn.closed();
  const scopes = userId === ALICE ? ['chat:edit'] : ['bits:read'];
  await fixture.vault.actions['account.signIn'].run({ ...of, scopes });
  await fixture.time.pass(SECOND);
  if (fixture.vault.signInView()?.userCode == null) return; // Twitch is out of reach: no code, no consent
  fixture.twitch.decide(userId);
  await fixture.time.pass(30 * SECOND);
  if (loginView(fixture, of)?.state === 'ok') ended.delete(of);
}

const step: fc.Arbitrary<[string, Step]> = fc.oneof(
  login.map(({ clientId, userId }): [string, Step] => [
    'get',
    ({ bots }) => void bots.get(clientId)?.request('getAccessTokenForUser', { user: userId }),
  ]),
  login.map(({ clientId, userId }): [string, Step] => [
    'force',
    ({ bots }) => void bots.get(clientId)?.request('refreshAccessTokenForUser', { user: userId }),
  ]),
  login.map(({ clientId, userId }): [string, Step] => [
    'expire',
    ({ fixture }) => fixture.twitch.kill('access', userId, clientId),
  ]),
  login.map((of): [string, Step] => [
    'revoke at Twitch',
    ({ fixture, ended }) => {
      fixture.twitch.kill('access', of.userId, of.clientId);
      fixture.twitch.kill('refresh', of.userId, of.clientId);
      ended.add(of);
    },
  ]),
  login.map((of): [string, Step] => ['consent', (story) => consent(story, of)]),
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
async function expectWell({ fixture }: Story, of: AppLogin): Promise<void> {
  const { vault, time } = fixture;
  if (loginView(fixture, of)?.tryAnyway !== null) {
    const trying = vault.actions['account.tryAnyway'].run(of);
    await time.pass(10 * SECOND);
    await trying;
  }
  expect(loginView(fixture, of)?.state).toBe('ok');
}

async function newStory(): Promise<Story> {
  const { fixture, bots } = await severalApplicationsFixture();
  await fixture.vault.stop();
  const killable = { doubled: 0, kill: () => undefined };
  const story: Story = { fixture, bots, killable, ended: new Set(), served: new Set() };
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
      for (const of of APP_LOGINS) expect(loginView(fixture, of)).toMatchObject({ clientId: of.clientId });
      // A confidential application's refresh token may be sent as often as one likes.
      const { refresh, reused } = fixture.twitch.state;
      const refreshTokens = reused.filter((token) => refresh.get(token)?.clientId !== CONFIDENTIAL_ID);
      expect(new Set(refreshTokens).size, 'a used refresh token was sent more than once').toBe(
        refreshTokens.length,
      );
      for (const of of APP_LOGINS) if (!story.ended.has(of)) await expectWell(story, of);
      story.killable.kill();
    }),
    { numRuns: 25, interruptAfterTimeLimit: 40_000 },
  );
}, 60_000);
