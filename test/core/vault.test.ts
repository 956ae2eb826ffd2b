import { describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from '../../electron/core/settings/settings.ts';
import { reasonOf } from '../fakes/bot.ts';
import { answers, no, offline } from '../fakes/replies.ts';
import {
  ALICE,
  BOB,
  CLIENT_ID,
  createWorld,
  openWorld,
  pairBot,
  signInAs,
  type World,
  worldWithAlice,
} from '../fakes/world.ts';

const configure = (world: World, more: object = {}) =>
  world.vault.actions['app.configure'].run({ clientId: CLIENT_ID, kind: 'public', ...more });

describe('starting', () => {
  it('never waits for Twitch', async () => {
    const world = await worldWithAlice();
    world.twitch.hold('validate');
    world.twitch.hold('refresh');
    await world.restart();
    expect(world.account(ALICE).login).toBe('alice');
  });

  it('on an empty disk shows an empty vault without an application', async () => {
    const world = createWorld();
    await world.vault.start();
    expect(world.view()).toMatchObject({ app: null, accounts: [], bots: [], locked: false, notices: [] });
    expect(await world.vault.actions['account.signIn'].run({})).toMatchObject({
      ok: false,
      error: { code: 'setup' },
    });
  });
});

describe('what the window is told', () => {
  it('comes once a turn, with a number that rises', async () => {
    const world = await worldWithAlice();
    await world.time.pass(0);
    const seen: number[] = [];
    const stop = world.vault.onChange(() => seen.push(world.view().seq));
    world.vault.socketProblem('a');
    world.vault.socketProblem('b');
    await world.time.pass(0);
    world.vault.socketProblem(null);
    await world.time.pass(0);
    stop();
    world.vault.socketProblem('c');
    await world.time.pass(0);
    expect(seen).toHaveLength(2);
    expect(seen[1]).toBe((seen[0] ?? 0) + 1);
  });

  it('has no more than it needs: no token, not even a part of one', async () => {
    const world = await worldWithAlice();
    expect(Object.keys(world.account(ALICE)).sort()).toEqual(
      [
        'userId',
        'login',
        'displayName',
        'intents',
        'scopes',
        'state',
        'stateText',
        'advice',
        'expiresAt',
        'obtainedAt',
        'validatedAt',
        'canRefresh',
        'refreshing',
        'saved',
      ].sort(),
    );
  });

  it('shows a refresh while it is under way', async () => {
    const world = await worldWithAlice();
    const release = world.twitch.hold('refresh');
    void world.vault.actions['account.refresh'].run({ userId: ALICE });
    await world.time.settle();
    expect(world.account(ALICE).refreshing).toBe(true);
    release();
    await world.time.settle();
    expect(world.account(ALICE).refreshing).toBe(false);
  });
});

describe('setting up the Twitch application', () => {
  it.each([
    ['public, unknown to Twitch', { clientId: 'unknown0000' }],
    ['confidential, with a wrong secret', { kind: 'confidential', clientSecret: 'wrong' }],
    ['confidential, without a secret', { kind: 'confidential' }],
  ])('%s is refused and nothing kept', async (_name, more) => {
    const world = createWorld();
    world.twitch.ledger.apps.set(CLIENT_ID, { secret: 'right' });
    await world.vault.start();
    expect(await configure(world, more)).toMatchObject({ ok: false, error: { code: 'setup' } });
    expect([world.view().app, world.documents.files.size]).toEqual([null, 0]);
  });

  it('is believed while Twitch can’t be reached', async () => {
    const world = createWorld();
    await world.vault.start();
    world.twitch.always('device', offline);
    expect(await configure(world)).toMatchObject({ ok: true });
    expect(world.view().app).toMatchObject({
      clientId: CLIENT_ID,
      kind: 'public',
      redirectUri: 'http://localhost:17563/',
    });
  });

  it('that the disk refuses is said and not taken into use', async () => {
    const world = createWorld();
    world.twitch.ledger.apps.set(CLIENT_ID, { secret: null });
    await world.vault.start();
    world.documents.fault = 'refuse';
    expect(await configure(world)).toMatchObject({ ok: false, error: { code: 'storage' } });
    expect(world.view().app).toBeNull();
  });

  it('for another one shows that one’s accounts, and the first one’s when it is back', async () => {
    const world = await worldWithAlice();
    const bot = await pairBot(world);
    world.twitch.ledger.apps.set('other000000', { secret: null });
    await configure(world, { clientId: 'other000000' });
    expect(world.view().accounts).toEqual([]);
    await signInAs(world, BOB);
    expect(reasonOf(await world.connect().enter(bot.keys))).toBe('no error');
    await configure(world);
    expect(world.view().accounts.map(({ login }) => login)).toEqual(['alice']);
    expect(world.accounts.files.size).toBe(2);
  });
});

describe('the streamer’s clicks', () => {
  it('on Refresh tell what Twitch said', async () => {
    const world = await worldWithAlice();
    expect(await world.vault.actions['account.refresh'].run({ userId: ALICE })).toMatchObject({ ok: true });
    await world.time.pass(11_000);
    world.twitch.next('refresh', answers(no(400, 'Invalid refresh token')));
    const refused = await world.vault.actions['account.refresh'].run({ userId: ALICE });
    expect(refused).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining('Invalid refresh token') },
    });
    expect(world.view().activity[0]).toMatchObject({ kind: 'token.refreshed', ok: false, login: 'alice' });
  });

  it('on Refresh all refresh each renewable account, and count what failed', async () => {
    const world = await worldWithAlice();
    await signInAs(world, BOB);
    world.twitch.next('refresh', offline);
    const answer = await world.vault.actions['account.refreshAll'].run();
    expect(answer).toMatchObject({ ok: false, error: { message: expect.stringMatching(/^1 of 2/) } });
  });

  const unknown: [string, (world: World) => Promise<unknown>][] = [
    ['account.refresh', (world) => world.vault.actions['account.refresh'].run({ userId: BOB })],
    [
      'account.setIntents',
      (world) => world.vault.actions['account.setIntents'].run({ userId: BOB, intents: [] }),
    ],
    ['account.signIn', (world) => world.vault.actions['account.signIn'].run({ userId: BOB })],
    ['bot.remove', (world) => world.vault.actions['bot.remove'].run({ keyId: 'x' })],
    ['grant.revoke', (world) => world.vault.actions['grant.revoke'].run({ keyId: 'x', grantId: 'y' })],
  ];
  it.each(unknown)('on something that is gone (%s) are answered so', async (_name, act) => {
    expect(await act(await worldWithAlice())).toMatchObject({ ok: false, error: { code: 'not-found' } });
  });

  it.each([[''], ['  '], ['a\nb'], ['x'.repeat(61)]])(
    'on an intent called “%s” are refused',
    async (intent) => {
      const world = await worldWithAlice();
      const answer = await world.vault.actions['account.setIntents'].run({
        userId: ALICE,
        intents: ['chat', intent],
      });
      expect(answer).toMatchObject({ ok: false, error: { code: 'bad-request' } });
      expect(world.account(ALICE).intents).toEqual([]);
    },
  );

  it('on a setting are kept, applied and shown', async () => {
    const world = await openWorld();
    await world.vault.actions['settings.change'].run({ openAtLogin: true });
    expect(world.view().settings).toEqual({ ...DEFAULT_SETTINGS, openAtLogin: true });
    expect(world.desktop.applied).toEqual([world.view().settings]);
    world.documents.fault = 'refuse';
    expect(await world.vault.actions['settings.change'].run({ notify: false })).toMatchObject({
      ok: false,
      error: { code: 'storage' },
    });
    expect(world.view().settings.notify).toBe(true);
  });

  it('on a notice put it away', async () => {
    const world = await openWorld();
    world.twitch.always('device', answers(no(400, 'invalid client')));
    await world.vault.actions['account.signIn'].run({});
    await world.time.settle();
    const [notice] = world.view().notices;
    await world.vault.actions['notice.dismiss'].run({ id: notice?.id ?? 0 });
    expect([notice?.tone, world.view().notices]).toEqual(['warning', []]);
  });
});
