import { describe, expect, it } from 'vitest';
import { reasonOf, resultOf } from '../fakes/bot.ts';
import { HOUR, MINUTE, SECOND } from '../fakes/clock.ts';
import { disk, FILE, furnished, hello, notices } from '../fakes/furnished.ts';
import { ALICE, BOB, CLIENT_ID, pairBot, signInAs } from '../fakes/world.ts';

describe('a restart', () => {
  it.each(['public', 'confidential'] as const)('brings everything back (%s application)', async (kind) => {
    const { world, keys } = await furnished(kind);
    const before = world.view();
    await world.restart();
    await world.time.pass(SECOND);
    const after = world.view();
    expect(after.accounts[0]).toMatchObject({
      login: 'alice',
      intents: ['chat', 'mod'],
      scopes: ['chat:read'],
    });
    expect(after.bots[0]).toMatchObject({
      keyId: keys.keyId,
      grants: [{ userId: ALICE, scopes: ['chat:read'] }],
    });
    expect([after.app, after.settings]).toEqual([before.app, { ...before.settings, notify: false }]);
    const bot = world.connect();
    expect(reasonOf(await bot.enter(keys))).toBe('no error');
    const token = resultOf(await bot.request('getAccessTokenForIntent', { intent: 'chat' }));
    expect(token).toMatchObject({ userId: ALICE, version: 1 });
    expect(await world.vault.actions['account.refresh'].run({ userId: ALICE })).toMatchObject({ ok: true });
    expect(after.activity.map(({ kind: what }) => what)).toContain('account.signed-in');
  });

  it('takes no “once” and no denial with it, and no lock', async () => {
    const { world } = await furnished();
    const bot = await pairBot(world, [{ user: ALICE }], 'once', 'other');
    await world.vault.actions['vault.lock'].run();
    await world.restart();
    const again = world.connect();
    await again.enter(bot.keys);
    expect(
      reasonOf(await again.request('getAccessTokenForUser', { user: ALICE, interactive: 'never' })),
    ).toBe('denied');
  });

  it('writes nothing by itself that changes a record it could not use', async () => {
    const { world } = await furnished();
    let before = disk(world);
    await world.restart(() => {
      world.accounts.files.set(FILE, '{"version":99,"future":true}');
      world.documents.files.set('bots', '{"version":99,"bots":"future"}');
      world.documents.files.set('intents', '["odd"]');
      before = disk(world);
    });
    await world.time.pass(2 * HOUR);
    await world.restart();
    for (const [name, text] of before) expect(disk(world).get(name), name).toBe(text);
  });
});

describe('a record that can’t be used', () => {
  const broken: [string, string, RegExp][] = [
    [
      'of a newer version',
      '{"version":2}',
      /written by a newer Castkey.*update Castkey, or sign that account in/,
    ],
    ['that is no record', '[]', /can’t be read.*sign that account in again/],
    [
      'with a user ID that is none',
      '{"version":1,"userId":"../../x"}',
      /can’t be read.*sign that account in/,
    ],
  ];
  it.each(broken)(
    '%s is left where it is, told, and replaced by signing in again',
    async (_name, text, told) => {
      const { world } = await furnished();
      world.accounts.files.set(FILE, text);
      await world.restart();
      expect(world.view().accounts).toEqual([]);
      expect(notices(world)).toMatch(told);
      expect(world.accounts.files.get(FILE)).toBe(text);
      await signInAs(world, ALICE);
      expect(world.account(ALICE)).toMatchObject({ login: 'alice', intents: ['chat', 'mod'] });
    },
  );

  it('because the disk can’t read it is told, and the others are there', async () => {
    const { world } = await furnished();
    await signInAs(world, BOB);
    world.accounts.unreadable.add(FILE);
    await world.restart();
    expect(world.view().accounts.map(({ login }) => login)).toEqual(['bob']);
    expect(notices(world)).toMatch(/can’t be read/);
  });

  it('because it is torn is replaced by the one before, which is told', async () => {
    const { world } = await furnished();
    await world.vault.actions['account.refresh'].run({ userId: ALICE });
    world.accounts.torn.add(FILE);
    await world.restart();
    expect(world.account(ALICE).login).toBe('alice');
    expect(notices(world)).toMatch(/was damaged; the copy before it is used/);
  });

  it('of an application whose ID only begins the same is not touched', async () => {
    const { world } = await furnished();
    const record = { ...JSON.parse(world.accounts.files.get(FILE) ?? ''), clientId: `${CLIENT_ID}-1` };
    world.accounts.files.set(
      `${CLIENT_ID}-1-${BOB}`,
      JSON.stringify({ ...record, userId: BOB, login: 'bob' }),
    );
    await world.restart();
    expect(world.view().accounts.map(({ login }) => login)).toEqual(['alice']);
  });

  it('of the list of bots is told and kept aside before a new list is written', async () => {
    const { world } = await furnished();
    const future = '{"version":2,"bots":[{"keyId":"later"}]}';
    await world.restart(() => world.documents.files.set('bots', future));
    expect(notices(world)).toMatch(/list of paired bots can’t be read/);
    await pairBot(world, []);
    expect([...world.documents.files.values()]).toContain(future);
  });

  it('of the table of intents is told', async () => {
    const { world } = await furnished();
    world.documents.files.set('intents', '{"chat":5}');
    await world.restart();
    expect(notices(world)).toMatch(/job can’t be read/);
    expect(world.account(ALICE).intents).toEqual([]);
  });

  it('of the Twitch application is told', async () => {
    const { world } = await furnished();
    world.documents.files.set('twitch-app', '{"clientId":"with space"}');
    await world.restart();
    expect(world.view().app).toBeNull();
    expect(notices(world)).toMatch(/Twitch application can’t be read.*enter it again/);
  });
});

describe('a keychain', () => {
  it('with another key deletes nothing, says so, and signing in again is the way out', async () => {
    const { world, keys } = await furnished();
    const before = disk(world);
    world.box.mode = 'wrong-key';
    await world.restart();
    await world.time.pass(HOUR);
    expect(world.view().accounts).toEqual([]);
    expect(notices(world)).toMatch(/alice was sealed with another keychain/);
    expect(notices(world)).not.toMatch(/can’t be opened yet/);
    expect(disk(world)).toEqual(before);
    await signInAs(world, ALICE);
    expect(world.account(ALICE).login).toBe('alice');
    expect(reasonOf(await hello(world, keys.keyId))).toBe('locked');
  });

  it('with another key asks for the application’s secret again, instead of waiting for ever', async () => {
    const { world } = await furnished('confidential');
    world.box.mode = 'wrong-key';
    await world.restart();
    expect(world.view().app).toBeNull();
    expect(notices(world)).toMatch(/secret.*another keychain.*enter it again/i);
    expect(notices(world)).not.toMatch(/can’t be opened yet/);
  });

  it('that is not there yet is waited for; then all is as it was', async () => {
    const { world, keys } = await furnished('confidential');
    const before = disk(world);
    world.box.mode = 'unavailable';
    await world.restart();
    await world.time.pass(10 * MINUTE);
    expect(notices(world)).toMatch(/can’t be opened yet.*Nothing is lost/);
    expect(disk(world)).toEqual(before);
    expect(reasonOf(await hello(world, keys.keyId))).toBe('locked');
    world.box.mode = 'os';
    await world.time.pass(15 * SECOND);
    expect(world.account(ALICE).state).toBe('ok');
    const bot = world.connect();
    await bot.enter(keys);
    expect(resultOf(await bot.request('getAccessTokenForUser', { user: ALICE }))?.userId).toBe(ALICE);
  });

  it('that comes late does not undo what was signed in or taken back meanwhile', async () => {
    const { world, keys } = await furnished();
    const other = await pairBot(world, [{ user: ALICE }], 'always', 'other');
    const text = world.accounts.files.get(FILE) ?? '';
    world.accounts.files.set(
      `${CLIENT_ID}-${BOB}`,
      text.replaceAll(ALICE, BOB).replace('alice', 'bob').replace('fake:', 'gone:'),
    );
    const open = world.box.open;
    world.box.open = async (sealed) => (sealed.startsWith('gone:') ? { kind: 'unavailable' } : open(sealed));
    await world.restart();
    const bot = world.connect();
    await bot.enter(other.keys);
    const [, second] = world.view().bots;
    await world.vault.actions['account.refresh'].run({ userId: ALICE });
    await world.time.pass(16 * SECOND);
    await world.vault.actions['grant.revoke'].run({
      keyId: other.keys.keyId,
      grantId: second?.grants[0]?.id ?? '',
    });
    expect(reasonOf(await bot.request('getAccessTokenForUser', { user: ALICE, interactive: 'never' }))).toBe(
      'denied',
    );
    expect(world.view().bots.map(({ keyId }) => keyId)).toEqual([keys.keyId, other.keys.keyId]);
    await world.time.pass(10 * MINUTE);
    expect(world.view().bots[1]?.grants).toEqual([]);
    expect(world.account(ALICE)).toMatchObject({ state: 'ok' });
    expect(world.twitch.count('validate')).toBeLessThanOrEqual(3);
  });
});
