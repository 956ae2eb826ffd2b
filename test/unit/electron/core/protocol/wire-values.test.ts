import { expect, it } from 'vitest';
import { CLIENT_ID } from '../../../../support/people.ts';
import { reasonOf, resultOf } from '../../../../support/test-bot.ts';
import { openVaultFixture, pairBot, type VaultFixture } from '../../../../support/vault-fixture.ts';

/** What a paired bot without any grant hears of the vault. */
async function told(fixture: VaultFixture) {
  const bot = await pairBot(fixture, []);
  return resultOf(await bot.request('status', {}));
}

it.each(['public', 'confidential'] as const)('a bot hears that the application is %s', async (kind) => {
  const fixture = await openVaultFixture(kind);
  expect((await told(fixture)).vault).toEqual({
    protection: 'os',
    backend: 'fake',
    app: kind,
    twitch: 'real',
  });
});

it.each(['weak', 'none'] as const)('a bot hears that logins rest on %s', async (mode) => {
  const fixture = await openVaultFixture();
  fixture.box.mode = mode;
  expect((await told(fixture)).vault).toMatchObject({ protection: mode });
});

it('a bot hears of a stand-in for Twitch, and where that is', async () => {
  const fixture = await openVaultFixture();
  fixture.deps.twitch = { ...fixture.deps.twitch, standIn: { url: 'http://127.0.0.1:4711', builtIn: false } };
  await fixture.restart();
  const standIn = 'http://127.0.0.1:4711';
  expect((await told(fixture)).vault).toMatchObject({ twitch: 'stand-in', standIn });
});

it('a bot hears which application its tokens are of, and when there is none any more', async () => {
  const fixture = await openVaultFixture();
  const bot = await pairBot(fixture, []);
  const application = async () => resultOf(await bot.request('status', {})).application;
  expect(await application()).toEqual({ clientId: CLIENT_ID, kind: 'public' });
  await fixture.vault.actions['app.remove'].run({ clientId: CLIENT_ID });
  expect(await application()).toBeNull();
  expect(resultOf(await bot.request('status', {})).vault).toMatchObject({ app: null });
});

it('nobody hears anything before it has proved who it is', async () => {
  const fixture = await openVaultFixture();
  const stranger = fixture.connect();
  expect(reasonOf(await stranger.request('status', {}))).toBe('not-paired');
  expect(JSON.stringify(stranger.lines)).not.toMatch(new RegExp(`protection|${CLIENT_ID}`));
  expect((await told(fixture)).application).toEqual({ clientId: CLIENT_ID, kind: 'public' });
});
