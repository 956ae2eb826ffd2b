import { chmodSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'castkey-client';
import { expect, onTestFinished, test } from 'vitest';
import { createSecretBox } from '../../../electron/adapters/keychain/secret-box.ts';
import { standInEnvironment } from '../../../electron/policy/twitch-environment.ts';
import { startSandbox } from '../../../sandbox/server.ts';
import { createMovableClock } from '../../support/fake-time.ts';
import { flatAccounts } from '../../support/flat-accounts.ts';
import { NO_KEYCHAIN } from '../../support/no-keychain.ts';
import { BOT, LUNA } from '../../support/people.ts';
import { openSocketVaultFixture, type SocketVaultFixture } from '../../support/socket-vault-fixture.ts';
import { LOCAL_PEER } from '../../support/test-bot.ts';

/**
 * What Castkey 0.1.0 left on the disk: a sandbox with two logins, sealed with a passphrase, and the key of a
 * bot. Only the paths of the bot's program were changed by hand.
 */
const PROFILE = join(import.meta.dirname, '../../support/profiles/0.1.0');
const PASSPHRASE = 'several quite random words';
/** The minute after. */
const THEN = Date.UTC(2026, 10, 29, 12, 3);
const SCRIPT = '/home/luna/bots/song-bot.js';
const FINGERPRINT = 'b461149b7a4488ff72f90af16d900ad9c8c410e1b8ddb2c443d49f6cd1aa7206';

interface OldProfile extends SocketVaultFixture {
  keyFile: string;
}

async function openOldProfile(): Promise<OldProfile> {
  const home = mkdtempSync(join(tmpdir(), 'ck-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  cpSync(PROFILE, home, { recursive: true });
  const keyFile = join(home, 'song-bot.json');
  chmodSync(keyFile, 0o600); // as the client left it; git keeps no modes
  const clock = createMovableClock();
  clock.pass(THEN - clock.now());
  const twitch = await startSandbox({ now: clock.now, stateFile: join(home, 'sandbox-twitch.json') });
  onTestFinished(() => twitch.close());
  const fixture = await openSocketVaultFixture({
    ...{ clock, profile: home, userId: LUNA, twitch: standInEnvironment(twitch.url, true) },
    openBox: (documents, log) => createSecretBox({ keychain: NO_KEYCHAIN, documents, log }),
    allow: () => {
      throw new Error('nobody may be asked to sign in');
    },
    describe() {
      const peer = { ...LOCAL_PEER, uid: process.getuid?.() ?? null, script: SCRIPT };
      return { peer, lookAgain: async () => peer, fingerprint: async () => FINGERPRINT };
    },
  });
  onTestFinished(() => fixture.close());
  return Object.assign(fixture, { keyFile });
}

test('a profile of 0.1.0 opens with its passphrase and has everything it had', async () => {
  const { vault } = await openOldProfile();
  expect(vault.view().protection).toMatchObject({ kind: 'passphrase', needsPassphrase: true });
  expect(await vault.actions['passphrase.enter'].run({ passphrase: PASSPHRASE })).toMatchObject({ ok: true });
  const view = vault.view();
  expect(view.applications).toMatchObject([{ clientId: 'castkeysandboxpublic0000000000', kind: 'public' }]);
  expect(flatAccounts(view)).toMatchObject([
    {
      login: 'luna_streams',
      userId: LUNA,
      state: 'ok',
      intents: ['chat'],
      scopes: ['chat:read', 'chat:edit'],
    },
    { login: 'luna_bot', userId: BOT, state: 'ok', intents: [], scopes: [] },
  ]);
  expect(view.bots).toMatchObject([
    { name: 'song-bot', grants: [{ id: 'bFxBf-oqj1o9', scopes: ['chat:read'], uses: 1 }] },
  ]);
  expect(view.settings).toMatchObject({ notify: false, closeToTray: true, refreshWhileLocked: true });
  expect(view.activity.map(({ kind }) => kind)).toEqual([
    'passphrase.entered',
    'settings.changed',
    'intents.changed',
    'token.served',
    'pairing',
    'account.signed-in',
    'account.signed-in',
    'passphrase.set',
    'app.configured',
  ]);
});

test('a bot paired with 0.1.0 is served by its old key, and the streamer is asked nothing', async () => {
  const { vault, socket, keyFile, streamer, pass } = await openOldProfile();
  await vault.actions['passphrase.enter'].run({ passphrase: PASSPHRASE });
  const bot = await connect({ name: 'song-bot', socket, keyFile });
  onTestFinished(() => bot.close());
  const first = await bot.getAccessTokenForUser(LUNA, ['chat:read']);
  expect(first).toMatchObject({ userId: LUNA, scope: ['chat:read', 'chat:edit'] });
  expect((await bot.getAccessTokenForIntent('chat'))?.accessToken).toBe(first?.accessToken);
  pass(24 * 60 * 60_000);
  const renewed = await bot.refreshAccessTokenForUser(LUNA);
  expect(renewed.accessToken).not.toBe(first?.accessToken);
  expect(streamer.asked).toBe(0);
  expect(vault.view().notices).toEqual([]);
});
