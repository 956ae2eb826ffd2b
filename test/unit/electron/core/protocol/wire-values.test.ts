import { expect, it } from 'vitest';
import { CLIENT_ID } from '../../../../support/people.ts';
import { reasonOf, resultOf } from '../../../../support/test-bot.ts';
import {
  createVaultFixture,
  openVaultFixture,
  pairBot,
  type VaultFixture,
} from '../../../../support/vault-fixture.ts';

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

it('a bot hears of a missing application and of a stand-in for Twitch, and where that is', async () => {
  const fixture = createVaultFixture();
  fixture.deps.twitch = { ...fixture.deps.twitch, standIn: { url: 'http://127.0.0.1:4711', builtIn: false } };
  await fixture.restart();
  const status = await told(fixture);
  const standIn = 'http://127.0.0.1:4711';
  expect(status.vault).toEqual({ protection: 'os', backend: 'fake', app: null, twitch: 'stand-in', standIn });
});

it('nobody hears anything before it has proved who it is', async () => {
  const fixture = await openVaultFixture();
  const stranger = fixture.connect();
  expect(reasonOf(await stranger.request('status', {}))).toBe('not-paired');
  expect(JSON.stringify(stranger.lines)).not.toMatch(new RegExp(`protection|${CLIENT_ID}`));
  expect((await told(fixture)).application).toEqual({ clientId: CLIENT_ID, kind: 'public' });
});
