import fc from 'fast-check';
import { expect, it } from 'vitest';
import { HOUR, MINUTE, SECOND } from '../fakes/clock.ts';
import { beMortal, type Mortal, WRITE_MS } from '../fakes/mortal.ts';
import { offline } from '../fakes/replies.ts';
import { ALICE, BOB, type PairedBot, pairBot, signInAs, type World, worldWithAlice } from '../fakes/world.ts';

/** What the model knows: whose login Twitch has ended, and which one a crash has cost by nature. */
interface Story {
  world: World;
  bot: PairedBot;
  life: Mortal;
  ended: Set<string>;
  /** Every access token a bot was handed. */
  served: Set<string>;
}
type Step = (story: Story) => void | Promise<void>;

const USERS = [ALICE, BOB];
const user = fc.constantFrom(ALICE, BOB);

/** The tokens of an account as they lie on the disk. */
async function onDisk(world: World, userId: string): Promise<{ access: string; refresh: string }> {
  const name = [...world.accounts.files.keys()].find((one) => one.endsWith(`-${userId}`)) ?? '';
  const record = JSON.parse(world.accounts.files.get(name) ?? '{}') as { sealed: string };
  const opened = await world.box.open(record.sealed);
  if (opened.kind !== 'opened') throw new Error('the record can’t be opened');
  return JSON.parse(opened.plain) as { access: string; refresh: string };
}

/** All access tokens that ever were on the disk. */
async function everOnDisk(world: World): Promise<Set<string>> {
  const tokens = new Set<string>();
  for (const { text } of world.accounts.written) {
    const { sealed } = JSON.parse(text) as { sealed: string };
    const opened = await world.box.open(sealed);
    if (opened.kind === 'opened') tokens.add((JSON.parse(opened.plain) as { access: string }).access);
  }
  return tokens;
}

async function expectServedIsSaved({ world, served }: Story): Promise<void> {
  const saved = await everOnDisk(world);
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
  const { world, ended, served } = story;
  await expectServedIsSaved(story);
  for (const userId of USERS) {
    const { refresh } = await onDisk(world, userId);
    if (world.twitch.ledger.refresh.get(refresh)?.dead === false) continue;
    const newest = [...world.twitch.ledger.access].filter(([, row]) => row.userId === userId).at(-1)?.[0];
    if (!ended.has(userId)) expect(served.has(newest ?? '')).toBe(false);
    ended.add(userId);
  }
}

async function beginAnew(story: Story): Promise<void> {
  story.life = await beMortal(story.world);
  const { keys } = story.bot;
  story.bot = Object.assign(story.world.connect(), { keys });
  await story.bot.enter(keys);
}

async function consent(story: Story, userId: string): Promise<void> {
  const { world, ended } = story;
  world.vault.signIn.closed();
  const scopes = userId === ALICE ? ['chat:edit'] : ['bits:read'];
  await world.vault.actions['account.signIn'].run({ userId, scopes });
  await world.time.pass(SECOND);
  if (world.vault.signInView()?.userCode == null) return; // Twitch is out of reach: no code, no consent
  world.twitch.decide(userId);
  await world.time.pass(30 * SECOND);
  const healed = world.view().accounts.find((account) => account.userId === userId)?.state === 'ok';
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
  user.map((who): [string, Step] => ['expire', ({ world }) => world.twitch.kill('access', who)]),
  user.map((who): [string, Step] => [
    'revoke at Twitch',
    ({ world, ended }) => {
      world.twitch.kill('access', who);
      world.twitch.kill('refresh', who);
      ended.add(who);
    },
  ]),
  user.map((who): [string, Step] => ['consent', (story) => consent(story, who)]),
  fc.boolean().map((off): [string, Step] => [
    off ? 'offline' : 'online',
    ({ world }) => {
      for (const kind of ['refresh', 'validate', 'device'] as const)
        world.twitch.always(kind, off ? offline : null);
    },
  ]),
  fc
    .integer({ min: 0, max: 5 * HOUR })
    .map((ms): [string, Step] => ['pass', ({ world }) => world.time.pass(ms)]),
  fc.integer({ min: 0, max: 3 * WRITE_MS }).map((ms): [string, Step] => [
    'crash',
    async (story) => {
      await story.world.time.pass(ms);
      story.life.die();
      listen(story);
      await story.world.time.settle();
      await judgeCrash(story);
      await beginAnew(story);
    },
  ]),
  fc.constant<[string, Step]>([
    'restart',
    async (story) => {
      const stopping = story.world.vault.stop();
      await story.world.time.pass(10 * SECOND);
      await stopping;
      story.life.die();
      await beginAnew(story);
    },
  ]),
);

async function newStory(): Promise<Story> {
  const world = await worldWithAlice();
  await signInAs(world, BOB);
  const bot = await pairBot(world, [{ user: ALICE }, { user: BOB }]);
  await world.vault.stop();
  const life = { doubled: 0, die: () => undefined };
  const story: Story = { world, bot, life, ended: new Set(), served: new Set() };
  await beginAnew(story);
  return story;
}

it('over crashes, restarts, outages and consents no login is lost and nothing unsaved was ever served', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
      const story = await newStory();
      const { world } = story;
      for (const [, run] of steps) {
        await run(story);
        listen(story);
        expect(story.life.doubled, 'two refreshes of one login at once').toBe(0);
      }
      for (const kind of ['refresh', 'validate', 'device'] as const) world.twitch.always(kind, null);
      await world.time.pass(2 * HOUR + 10 * MINUTE);
      listen(story);
      await expectServedIsSaved(story);
      const states = new Map(world.view().accounts.map(({ userId, state }) => [userId, state]));
      expect([...states.keys()].sort()).toEqual(USERS);
      for (const userId of USERS) if (!story.ended.has(userId)) expect(states.get(userId)).toBe('ok');
      story.life.die();
    }),
    { numRuns: 100 },
  );
}, 60_000);
