import { expect, it } from 'vitest';
import { HOUR, SECOND } from '../../../support/fake-time.ts';
import { ALICE, BOB, CLIENT_ID } from '../../../support/people.ts';
import { ALICE_DOCUMENT } from '../../../support/populated-vault-fixture.ts';
import { neverArrived } from '../../../support/twitch-replies.ts';
import { signInAs, type VaultFixture, vaultFixtureWithAlice } from '../../../support/vault-fixture.ts';

const refresh = (fixture: VaultFixture, userId: string = ALICE) =>
  fixture.vault.actions['account.refresh'].run({ userId });
const versionOnDisk = (fixture: VaultFixture): number =>
  JSON.parse(fixture.accounts.files.get(ALICE_DOCUMENT) ?? '{}').tokenVersion;

it.each([6, 9.9])('waits %d s for the answer to a refresh, and until it is on the disk', async (seconds) => {
  const fixture = await vaultFixtureWithAlice();
  const release = fixture.twitch.hold('refresh');
  void refresh(fixture);
  await fixture.time.settle();
  expect(fixture.vault.busy()).toBe(true);
  const stopping = fixture.vault.stop();
  let stopped = false;
  void stopping.then(() => {
    stopped = true;
  });
  await fixture.time.pass(seconds * SECOND);
  expect([stopped, versionOnDisk(fixture)]).toEqual([false, 1]);
  const disk = fixture.accounts.hold();
  release();
  await fixture.time.settle();
  expect(stopped).toBe(false);
  disk();
  await stopping;
  expect([fixture.vault.busy(), versionOnDisk(fixture)]).toEqual([false, 2]);
});

it('waits for nothing when nothing is under way', async () => {
  const fixture = await vaultFixtureWithAlice();
  let stopped = false;
  void fixture.vault.stop().then(() => {
    stopped = true;
  });
  await fixture.time.settle();
  expect(stopped).toBe(true);
});

it('begins no refresh any more, whoever asks', async () => {
  const fixture = await vaultFixtureWithAlice();
  await signInAs(fixture, BOB);
  const release = fixture.twitch.hold('refresh');
  void refresh(fixture);
  await fixture.time.settle();
  const stopping = fixture.vault.stop();
  const asked = refresh(fixture, BOB);
  const joined = refresh(fixture);
  fixture.vault.resume();
  await fixture.time.pass(2 * SECOND);
  expect(await asked).toMatchObject({ ok: false, error: { message: 'Castkey is closing.' } });
  expect(fixture.twitch.count('refresh')).toBe(1);
  release();
  await stopping;
  expect(await joined).toMatchObject({ ok: true });
});

it('does not send a one-time token a second time when its answer was lost', async () => {
  const fixture = await vaultFixtureWithAlice();
  fixture.twitch.always('refresh', neverArrived);
  const release = fixture.twitch.hold('refresh');
  void refresh(fixture);
  await fixture.time.settle();
  const stopping = fixture.vault.stop();
  release();
  await stopping;
  expect(fixture.twitch.count('refresh')).toBe(1);
});

it('waits until Twitch has heard that a token of a removed account ends', async () => {
  const fixture = await vaultFixtureWithAlice();
  const release = fixture.twitch.hold('revoke');
  await fixture.vault.actions['account.remove'].run({ userId: ALICE });
  const stopping = fixture.vault.stop();
  let stopped = false;
  void stopping.then(() => {
    stopped = true;
  });
  await fixture.time.pass(5 * SECOND);
  expect(stopped).toBe(false);
  release();
  await stopping;
  expect(fixture.twitch.count('revoke')).toBe(1);
});

it('keeps a login of another program that it had begun to take over', async () => {
  const fixture = await vaultFixtureWithAlice(['chat:read'], 'confidential');
  const pair = fixture.twitch.state.pair({ clientId: CLIENT_ID, userId: BOB, scopes: ['chat:read'] });
  fixture.twitch.kill('access', BOB);
  const tokens = { accessToken: pair.access, refreshToken: pair.refresh, scope: ['chat:read'], expiresIn: 1 };
  fixture.files.disk.set(
    'tokens.json',
    JSON.stringify({ ...tokens, obtainmentTimestamp: fixture.time.now() - 4 * HOUR }),
  );
  fixture.files.choice = 'tokens.json';
  const release = fixture.twitch.hold('refresh');
  const importing = fixture.vault.actions['login.import'].run();
  await fixture.time.settle();
  expect(fixture.twitch.count('refresh')).toBe(1);
  const stopping = fixture.vault.stop();
  await fixture.time.pass(5 * SECOND);
  release();
  await stopping;
  await importing;
  expect([...fixture.accounts.files.keys()]).toContain(`${CLIENT_ID}-${BOB}`);
});
