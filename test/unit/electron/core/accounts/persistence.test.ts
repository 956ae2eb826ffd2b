import { describe, expect, it } from 'vitest';
import { HOUR, MINUTE, SECOND } from '../../../../support/fake-time.ts';
import { flatAccounts } from '../../../../support/flat-accounts.ts';
import { ALICE, BOB, CLIENT_ID } from '../../../../support/people.ts';
import {
  ALICE_DOCUMENT,
  disk,
  hello,
  notices,
  populatedVaultFixture,
} from '../../../../support/populated-vault-fixture.ts';
import { reasonOf, resultOf } from '../../../../support/test-bot.ts';
import { pairBot, signInAs } from '../../../../support/vault-fixture.ts';

describe('a restart', () => {
  it.each(['public', 'confidential'] as const)('brings everything back (%s application)', async (kind) => {
    const { fixture, keys } = await populatedVaultFixture(kind);
    const before = fixture.view();
    await fixture.restart();
    await fixture.time.pass(SECOND);
    const after = fixture.view();
    expect(flatAccounts(after)[0]).toMatchObject({
      login: 'alice',
      intents: ['chat', 'mod'],
      scopes: ['chat:read'],
    });
    expect(after.bots[0]).toMatchObject({
      keyId: keys.keyId,
      grants: [{ userId: ALICE, scopes: ['chat:read'] }],
    });
    expect([after.applications, after.settings]).toEqual([
      before.applications,
      { ...before.settings, notify: false },
    ]);
    const bot = fixture.connect();
    expect(reasonOf(await bot.authenticate(keys))).toBe('no error');
    const token = resultOf(await bot.request('getAccessTokenForIntent', { intent: 'chat' }));
    expect(token).toMatchObject({ userId: ALICE, version: 1 });
    expect(await fixture.vault.actions['account.refresh'].run({ userId: ALICE })).toMatchObject({ ok: true });
    expect(after.activity.map(({ kind: what }) => what)).toContain('account.signed-in');
  });

  it('takes no “once” and no denial with it, and no lock', async () => {
    const { fixture } = await populatedVaultFixture();
    const bot = await pairBot(fixture, [{ user: ALICE }], 'once', 'other');
    await fixture.vault.actions['vault.lock'].run();
    await fixture.restart();
    const again = fixture.connect();
    await again.authenticate(bot.keys);
    expect(
      reasonOf(await again.request('getAccessTokenForUser', { user: ALICE, interactive: 'never' })),
    ).toBe('denied');
  });

  it('writes nothing by itself that changes a record it could not use', async () => {
    const { fixture } = await populatedVaultFixture();
    let before = disk(fixture);
    await fixture.restart(() => {
      fixture.accounts.files.set(ALICE_DOCUMENT, '{"version":99,"future":true}');
      fixture.documents.files.set('bots', '{"version":99,"bots":"future"}');
      fixture.documents.files.set('intents', '["odd"]');
      before = disk(fixture);
    });
    await fixture.time.pass(2 * HOUR);
    await fixture.restart();
    for (const [name, text] of before) expect(disk(fixture).get(name), name).toBe(text);
  });
});

describe('a record that can’t be used', () => {
  const broken: [string, string, RegExp][] = [
    [
      'of a newer version',
      '{"version":3}',
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
      const { fixture } = await populatedVaultFixture();
      fixture.accounts.files.set(ALICE_DOCUMENT, text);
      await fixture.restart();
      expect(fixture.view().accounts).toEqual([]);
      expect(notices(fixture)).toMatch(told);
      expect(fixture.accounts.files.get(ALICE_DOCUMENT)).toBe(text);
      await signInAs(fixture, ALICE);
      expect(fixture.account(ALICE)).toMatchObject({ login: 'alice', intents: ['chat', 'mod'] });
    },
  );

  it('because the disk can’t read it is told, and the others are there', async () => {
    const { fixture } = await populatedVaultFixture();
    await signInAs(fixture, BOB);
    fixture.accounts.unreadable.add(ALICE_DOCUMENT);
    await fixture.restart();
    expect(fixture.view().accounts.map(({ login }) => login)).toEqual(['bob']);
    expect(notices(fixture)).toMatch(/can’t be read/);
  });

  it('because it is torn is replaced by the one before, which is told', async () => {
    const { fixture } = await populatedVaultFixture();
    await fixture.vault.actions['account.refresh'].run({ userId: ALICE });
    fixture.accounts.torn.add(ALICE_DOCUMENT);
    await fixture.restart();
    expect(fixture.account(ALICE).login).toBe('alice');
    expect(notices(fixture)).toMatch(/was damaged; the copy before it is used/);
  });

  it('of an application whose ID only begins the same is not touched', async () => {
    const { fixture } = await populatedVaultFixture();
    const record = {
      ...JSON.parse(fixture.accounts.files.get(ALICE_DOCUMENT) ?? ''),
      clientId: `${CLIENT_ID}-1`,
    };
    fixture.accounts.files.set(
      `${CLIENT_ID}-1-${BOB}`,
      JSON.stringify({ ...record, userId: BOB, login: 'bob' }),
    );
    await fixture.restart();
    expect(fixture.view().accounts.map(({ login }) => login)).toEqual(['alice']);
  });

  it('of the list of bots is told and kept aside before a new list is written', async () => {
    const { fixture } = await populatedVaultFixture();
    const future = '{"version":2,"bots":[{"keyId":"later"}]}';
    await fixture.restart(() => fixture.documents.files.set('bots', future));
    expect(notices(fixture)).toMatch(/list of paired bots can’t be read/);
    await pairBot(fixture, []);
    expect([...fixture.documents.files.values()]).toContain(future);
  });

  it('of the table of intents is told', async () => {
    const { fixture } = await populatedVaultFixture();
    fixture.documents.files.set('intents', '{"chat":5}');
    await fixture.restart();
    expect(notices(fixture)).toMatch(/job can’t be read/);
    expect(fixture.account(ALICE).intents).toEqual([]);
  });

  it.each(['{"clientId":"with space"}', '{"version":2,"default":null,"applications":[]}'])(
    'of the Twitch applications is told, and kept beside: %s',
    async (text) => {
      const { fixture } = await populatedVaultFixture();
      fixture.documents.files.set('applications', text);
      await fixture.restart();
      expect(fixture.view().applications).toEqual([]);
      expect(notices(fixture)).toMatch(/Twitch applications can’t be read.*enter them again/);
      expect(fixture.documents.setAsideTexts).toEqual([text]);
    },
  );
});

describe('a keychain', () => {
  it('with another key deletes nothing, says so, and signing in again is the way out', async () => {
    const { fixture, keys } = await populatedVaultFixture();
    const before = disk(fixture);
    fixture.box.mode = 'wrong-key';
    await fixture.restart();
    await fixture.time.pass(HOUR);
    expect(fixture.view().accounts).toEqual([]);
    expect(notices(fixture)).toMatch(/alice was sealed with another keychain/);
    expect(notices(fixture)).not.toMatch(/can’t be opened yet/);
    expect(disk(fixture)).toEqual(before);
    await signInAs(fixture, ALICE);
    expect(fixture.account(ALICE).login).toBe('alice');
    expect(reasonOf(await hello(fixture, keys.keyId))).toBe('locked');
  });

  it('with another key asks for the application’s secret again, instead of waiting for ever', async () => {
    const { fixture } = await populatedVaultFixture('confidential');
    fixture.box.mode = 'wrong-key';
    await fixture.restart();
    expect(fixture.view().applications).toMatchObject([{ usable: false }]);
    expect(notices(fixture)).toMatch(/secret.*another keychain.*enter it again/i);
    expect(notices(fixture)).not.toMatch(/can’t be opened yet/);
  });

  it('that is not there yet is waited for; then all is as it was', async () => {
    const { fixture, keys } = await populatedVaultFixture('confidential');
    const before = disk(fixture);
    fixture.box.mode = 'unavailable';
    await fixture.restart();
    await fixture.time.pass(10 * MINUTE);
    expect(notices(fixture)).toMatch(/can’t be opened yet.*Nothing is lost/);
    expect(disk(fixture)).toEqual(before);
    expect(reasonOf(await hello(fixture, keys.keyId))).toBe('locked');
    fixture.box.mode = 'os';
    await fixture.time.pass(15 * SECOND);
    expect(fixture.account(ALICE).state).toBe('ok');
    const bot = fixture.connect();
    await bot.authenticate(keys);
    expect(resultOf(await bot.request('getAccessTokenForUser', { user: ALICE }))?.userId).toBe(ALICE);
  });

  it('that comes late does not undo what was signed in or taken back meanwhile', async () => {
    const { fixture, keys } = await populatedVaultFixture();
    const other = await pairBot(fixture, [{ user: ALICE }], 'always', 'other');
    const text = fixture.accounts.files.get(ALICE_DOCUMENT) ?? '';
    fixture.accounts.files.set(
      `${CLIENT_ID}-${BOB}`,
      text.replaceAll(ALICE, BOB).replace('alice', 'bob').replace('fake:', 'gone:'),
    );
    const open = fixture.box.open;
    fixture.box.open = async (sealed) =>
      sealed.startsWith('gone:') ? { kind: 'unavailable' } : open(sealed);
    await fixture.restart();
    const bot = fixture.connect();
    await bot.authenticate(other.keys);
    const [, second] = fixture.view().bots;
    await fixture.vault.actions['account.refresh'].run({ userId: ALICE });
    await fixture.time.pass(16 * SECOND);
    await fixture.vault.actions['grant.revoke'].run({
      keyId: other.keys.keyId,
      grantId: second?.grants[0]?.id ?? '',
    });
    expect(reasonOf(await bot.request('getAccessTokenForUser', { user: ALICE, interactive: 'never' }))).toBe(
      'denied',
    );
    expect(fixture.view().bots.map(({ keyId }) => keyId)).toEqual([keys.keyId, other.keys.keyId]);
    await fixture.time.pass(10 * MINUTE);
    expect(fixture.view().bots[1]?.grants).toEqual([]);
    expect(fixture.account(ALICE)).toMatchObject({ state: 'ok' });
    expect(fixture.twitch.count('validate')).toBeLessThanOrEqual(3);
  });
});
