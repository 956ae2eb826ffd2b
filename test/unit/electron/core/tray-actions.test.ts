import { expect, it } from 'vitest';
import { MINUTE, SECOND } from '../../../support/fake-time.ts';
import { ALICE, BOB } from '../../../support/people.ts';
import { answers, no } from '../../../support/twitch-replies.ts';
import { signInAs, type VaultFixture, vaultFixtureWithAlice } from '../../../support/vault-fixture.ts';

const newest = (fixture: VaultFixture): string | undefined => fixture.view().activity[0]?.text;

it('the tray can’t unlock, and lets no bot go on', async () => {
  const { vault } = await vaultFixtureWithAlice();
  expect(Object.keys(vault.trayActions).sort()).toEqual([
    'account.refresh',
    'account.refreshAll',
    'account.signIn',
    'grant.revoke',
    'question.open',
    'stream.setMode',
    'vault.lock',
  ]);
});

it('the record says through which door it was done', async () => {
  const fixture = await vaultFixtureWithAlice();
  const { actions, trayActions } = fixture.vault;
  await trayActions['account.refresh'].run({ userId: ALICE });
  expect(newest(fixture)).toBe('The token of alice was refreshed from the tray’s menu');
  await fixture.time.pass(11 * SECOND);
  await actions['account.refresh'].run({ userId: ALICE });
  expect(newest(fixture)).toBe('You refreshed the token of alice');
  await trayActions['vault.lock'].run();
  expect(newest(fixture)).toBe('Castkey was locked from the tray’s menu');
  await actions['vault.unlock'].run({});
  expect(newest(fixture)).toBe('Castkey was unlocked in its window');
  await actions['vault.lock'].run();
  expect(newest(fixture)).toBe('Castkey was locked: you locked it');
});

it('clicks without end in the tray open one sign-in window a minute for an account', async () => {
  const fixture = await vaultFixtureWithAlice();
  await signInAs(fixture, BOB);
  const click = (userId: string) => fixture.vault.trayActions['account.signIn'].run({ userId });
  expect(await click(ALICE)).toMatchObject({ ok: true });
  await fixture.time.settle();
  fixture.vault.signIn.closed();
  expect(fixture.signIn.current).toBeNull();
  for (let turn = 0; turn < 50; turn += 1) {
    expect(await click(ALICE)).toMatchObject({ ok: false, error: { code: 'refused' } });
    await fixture.time.pass(SECOND);
  }
  expect(fixture.signIn.current).toBeNull();
  expect(await click(BOB)).toMatchObject({ ok: true });
  await fixture.time.settle();
  fixture.vault.signIn.closed();
  await fixture.time.pass(MINUTE);
  expect(await click(ALICE)).toMatchObject({ ok: true });
});

it('clicks without end in the tray ask Twitch once in ten seconds, also for a login that it refused', async () => {
  const fixture = await vaultFixtureWithAlice();
  fixture.twitch.always('refresh', answers(no(400, 'Invalid refresh token')));
  for (let turn = 0; turn < 20; turn += 1)
    await fixture.vault.trayActions['account.refresh'].run({ userId: ALICE });
  expect(fixture.account(ALICE).state).toBe('needs-sign-in');
  expect(fixture.twitch.count('refresh')).toBe(1);
  await fixture.time.pass(11 * SECOND);
  for (let turn = 0; turn < 20; turn += 1) await fixture.vault.trayActions['account.refreshAll'].run();
  expect(fixture.twitch.count('refresh')).toBe(2);
});

it('while locked, the tray opens no sign-in', async () => {
  const fixture = await vaultFixtureWithAlice();
  await fixture.vault.trayActions['vault.lock'].run();
  expect(await fixture.vault.trayActions['account.signIn'].run({ userId: ALICE })).toMatchObject({
    ok: false,
    error: { code: 'locked' },
  });
});
