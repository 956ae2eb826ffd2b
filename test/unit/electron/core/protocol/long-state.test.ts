import { describe, expect, it } from 'vitest';
import { firstOf } from '../../../../../electron/core/protocol/bot-state.ts';
import { LIMITS, type UserState, type WireUser } from '../../../../../shared/protocol.ts';
import { resultOf, type TestBot } from '../../../../support/test-bot.ts';
import {
  openVaultFixture,
  type PairedBot,
  pairBot,
  signInAs,
  type VaultFixture,
} from '../../../../support/vault-fixture.ts';

const IDS = Array.from({ length: 12 }, (_, at) => String(5000 + at));
/** Longer than Twitch's, so that few accounts are enough. */
const SCOPES = Array.from({ length: 80 }, (_, at) => `a:${'long'.repeat(20)}:scope${at}`);

/** Twelve accounts that fill more than one line, and a bot that may see them all. */
async function openFixture(): Promise<{ fixture: VaultFixture; bot: PairedBot }> {
  const fixture = await openVaultFixture();
  for (const userId of IDS) {
    fixture.twitch.state.users.set(userId, `user${userId}`);
    await signInAs(fixture, userId, SCOPES);
  }
  const bot = await pairBot(
    fixture,
    IDS.map((user) => ({ user })),
  );
  return { fixture, bot };
}

const idsOf = (users: readonly WireUser[] = []): string[] => users.map(({ userId }) => userId);
/** The IDs in the events `state`, and whether more was to come after each. */
const states = (bot: TestBot): [string[], boolean][] =>
  bot.events.flatMap((event) => (event.type === 'state' ? [[idsOf(event.users), event.more === true]] : []));
const longest = (bot: TestBot): number =>
  Math.max(...bot.lines.map((line) => Buffer.byteLength(JSON.stringify(line)) + 1));

describe('a state that is longer than a line', () => {
  it('comes in parts behind the answer to subscribe, each a line, all of it in order', async () => {
    const { bot } = await openFixture();
    const first = resultOf(await bot.request('subscribe', {}));
    expect(first).toMatchObject({ seq: 0, more: true, locked: false });
    expect([...idsOf(first.users), ...states(bot).flatMap(([ids]) => ids)]).toEqual(IDS);
    expect(states(bot).map(([, more]) => more)).toEqual([
      ...states(bot)
        .slice(1)
        .map(() => true),
      false,
    ]);
    expect(longest(bot)).toBeLessThanOrEqual(LIMITS.lineBytes);
    expect(bot.events.map(({ seq }) => seq)).toEqual(bot.events.map((_, at) => at + 1));
  });

  it('is no reason to refuse the proof, or the status, which is asked for part by part', async () => {
    const { fixture, bot } = await openFixture();
    const again = fixture.connect();
    const welcome = resultOf(await again.authenticate(bot.keys)) as { users: WireUser[]; more?: true };
    expect(welcome.more).toBe(true);
    const seen: UserState[] = [];
    for (let more = true; more; ) {
      const after = seen.at(-1)?.userId;
      const status = resultOf(await again.request('status', after === undefined ? {} : { after }));
      seen.push(...status.users);
      more = status.more === true;
    }
    expect(idsOf(seen)).toEqual(IDS);
    expect(idsOf(seen.slice(0, welcome.users.length))).toEqual(idsOf(welcome.users));
    expect(longest(again)).toBeLessThanOrEqual(LIMITS.lineBytes);
  });

  it('comes whole after an overflow, too, and events go on behind it', async () => {
    const { fixture, bot } = await openFixture();
    await bot.request('subscribe', {});
    bot.events.length = 0;
    bot.blocked = true;
    const { actions } = fixture.vault;
    for (let turn = 0; turn < 260; turn += 1)
      await (turn % 2 === 0 ? actions['vault.lock'].run() : actions['vault.unlock'].run({}));
    bot.drain();
    expect(states(bot).flatMap(([ids]) => ids)).toEqual(IDS);
    expect(states(bot).at(-1)?.[1]).toBe(false);
    await actions['vault.lock'].run();
    expect(bot.events.at(-1)?.type).toBe('vault.locked');
  });
});

describe('the first of many accounts', () => {
  const many = Array.from({ length: 500 }, (_, at): UserState => {
    const name = String(700_100_000 + at);
    const scope = ['chat:read', 'chat:edit', 'user:read:chat'];
    return {
      userId: name,
      login: `login_${name}`,
      scope,
      intents: [],
      expiresAt: 1,
      state: 'ok',
      version: 1,
    };
  });

  it('are as many as fit, and none is left out', () => {
    const parts: UserState[][] = [];
    for (let rest = many; rest.length > 0; rest = rest.slice(parts.at(-1)?.length)) {
      const { users, more } = firstOf(rest);
      expect(more).toBe(users.length < rest.length ? true : undefined);
      expect(JSON.stringify(users).length).toBeLessThan(LIMITS.lineBytes - 1024);
      parts.push(users);
    }
    expect(parts.flat()).toEqual(many);
    expect(parts).toHaveLength(2);
  });

  it('are at least one, and may be none', () => {
    const [one] = many;
    const large = { ...one, scope: ['x'.repeat(60_000)] } as UserState;
    expect(firstOf([large, large])).toEqual({ users: [large], more: true });
    expect(firstOf([])).toEqual({ users: [] });
  });
});
