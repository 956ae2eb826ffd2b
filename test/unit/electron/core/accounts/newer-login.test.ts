import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HOUR, MINUTE, SECOND } from '../../../../support/fake-time.ts';
import { ALICE } from '../../../../support/people.ts';
import { ALICE_DOCUMENT, notices } from '../../../../support/populated-vault-fixture.ts';
import { reasonOf, resultOf } from '../../../../support/test-bot.ts';
import { answers, no, offline } from '../../../../support/twitch-replies.ts';
import { pairBot, type VaultFixture, vaultFixtureWithAlice } from '../../../../support/vault-fixture.ts';

interface AliceRecord {
  tokenVersion: number;
  obtainedAt: number;
  state: string;
  sealed: string;
}
const onDisk = (fixture: VaultFixture): AliceRecord =>
  JSON.parse(fixture.accounts.files.get(ALICE_DOCUMENT) ?? '{}');
const refresh = (fixture: VaultFixture) => fixture.vault.actions['account.refresh'].run({ userId: ALICE });

/** What another vault on the same profile does: it refreshes with what this one holds, and writes. */
async function otherVaultRefreshes(fixture: VaultFixture): Promise<string> {
  const opened = await fixture.box.open(onDisk(fixture).sealed);
  if (opened.kind !== 'opened') throw new Error('the record does not open');
  const held = JSON.parse(opened.plain);
  const body = new URLSearchParams({
    grant_type: 'refresh_token',
    refresh_token: held.refresh,
    client_id: held.of.clientId,
  });
  const reply = await fixture.deps.http({
    method: 'POST',
    url: `${fixture.twitch.environment.identity}/token`,
    headers: {},
    body: body.toString(),
    timeoutMs: 1,
  });
  if (reply.kind !== 'answer' || reply.status !== 200) throw new Error('the other vault was refused');
  const pair = JSON.parse(reply.body);
  const tokenVersion = onDisk(fixture).tokenVersion + 1;
  const plain = {
    access: pair.access_token,
    refresh: pair.refresh_token,
    former: [],
    of: { ...held.of, tokenVersion },
  };
  const sealed = await fixture.box.seal(JSON.stringify(plain));
  const now = fixture.time.now();
  const record = { ...onDisk(fixture), tokenVersion, sealed, obtainedAt: now, expiresAt: now + 4 * HOUR };
  fixture.accounts.files.set(ALICE_DOCUMENT, JSON.stringify(record));
  return pair.access_token;
}

describe('a newer login that another Castkey wrote', () => {
  it('is used instead of the spent one, which is not sent', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture);
    await fixture.time.pass(MINUTE);
    const access = await otherVaultRefreshes(fixture);
    fixture.twitch.requests.length = 0;
    expect(await refresh(fixture)).toMatchObject({ ok: true });
    expect(fixture.twitch.count('refresh')).toBe(0);
    const token = resultOf(await bot.request('getAccessTokenForUser', { user: ALICE }));
    expect(token).toMatchObject({ accessToken: access, version: 2 });
    expect(notices(fixture)).toMatch(/A newer login of alice was found on the disk/);
  });

  it('is told to bots as any new token', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture);
    await bot.request('subscribe', {});
    await fixture.time.pass(MINUTE);
    await otherVaultRefreshes(fixture);
    await refresh(fixture);
    expect(bot.events).toMatchObject([{ type: 'token.changed', userId: ALICE, version: 2 }]);
  });

  it('survives that this one notes down what Twitch said of the old one', async () => {
    const fixture = await vaultFixtureWithAlice();
    fixture.twitch.next('refresh', (real) => {
      const reply = no(400, 'Invalid refresh token');
      void real;
      return reply;
    });
    const release = fixture.twitch.hold('refresh');
    const asked = refresh(fixture);
    await fixture.time.settle();
    const forged = { ...onDisk(fixture), tokenVersion: 5 };
    fixture.accounts.files.set(ALICE_DOCUMENT, JSON.stringify(forged));
    release();
    await asked;
    expect([
      onDisk(fixture),
      ...fixture.accounts.setAsideTexts.map((text) => JSON.parse(text)),
    ]).toContainEqual(forged);
  });

  it('that can’t be opened parks the account, is left as it is, and taken over once it opens', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture);
    await fixture.time.pass(MINUTE);
    fixture.twitch.state.lifetime = 100_000;
    const access = await otherVaultRefreshes(fixture);
    const newer = fixture.accounts.files.get(ALICE_DOCUMENT);
    const { open } = fixture.box;
    fixture.box.open = async () => ({ kind: 'unavailable' });
    expect(await refresh(fixture)).toMatchObject({
      ok: false,
      error: { message: expect.stringMatching(/^A newer login of alice is on the disk/) },
    });
    expect(fixture.account(ALICE)).toMatchObject({
      state: 'needs-sign-in',
      stateText: 'a newer login of it is on the disk, and can’t be opened',
    });
    await fixture.time.pass(5 * HOUR);
    expect(fixture.twitch.count('refresh')).toBe(1); // the other vault's
    expect(reasonOf(await bot.request('getAccessTokenForUser', { user: ALICE }))).toBe('needs-sign-in');
    expect(fixture.accounts.files.get(ALICE_DOCUMENT)).toBe(newer);
    fixture.box.open = open;
    fixture.time.setClockBy(-5 * HOUR);
    await refresh(fixture);
    expect(fixture.account(ALICE).state).toBe('ok');
    expect(resultOf(await bot.request('getAccessTokenForUser', { user: ALICE }))?.accessToken).toBe(access);
  });

  it('is set aside, not lost, when the streamer signs in anew', async () => {
    const fixture = await vaultFixtureWithAlice();
    const strange = JSON.stringify({ ...onDisk(fixture), tokenVersion: 40, sealed: 'sealed elsewhere' });
    fixture.accounts.files.set(ALICE_DOCUMENT, strange);
    await fixture.vault.actions['account.signIn'].run({ userId: ALICE });
    await fixture.time.settle();
    fixture.twitch.decide(ALICE);
    await fixture.time.pass(5 * SECOND);
    expect(fixture.accounts.setAsideTexts).toEqual([strange]);
    expect(onDisk(fixture)).toMatchObject({ tokenVersion: 41, state: 'ok' });
    expect(fixture.account(ALICE)).toMatchObject({ state: 'ok', saved: true });
    expect(notices(fixture)).toMatch(/stored login of alice had been changed; it was set aside/);
  });

  it('of the same version but a later time counts as newer', async () => {
    const fixture = await vaultFixtureWithAlice();
    const later = JSON.stringify({ ...onDisk(fixture), obtainedAt: fixture.time.now() + HOUR });
    fixture.accounts.files.set(ALICE_DOCUMENT, later);
    fixture.twitch.always('refresh', answers(no(400, 'Invalid refresh token')));
    await fixture.vault.actions['account.refresh'].run({ userId: ALICE });
    expect(JSON.parse(fixture.accounts.files.get(ALICE_DOCUMENT) ?? '{}').obtainedAt).toBe(
      fixture.time.now() + HOUR,
    );
  });
});

it('whatever two vaults on one profile do, the newest login is on the disk or set aside', async () => {
  const step = fc.constantFrom('refresh', 'other', 'refused', 'offline', 'resume', 'forged', 'hour');
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 12 }), async (steps) => {
      const fixture = await vaultFixtureWithAlice(['chat:read'], 'confidential');
      let newest = onDisk(fixture).tokenVersion;
      for (const what of steps) {
        if (what === 'forged') {
          const forged = { ...onDisk(fixture), tokenVersion: newest + 3, sealed: 'of nobody' };
          fixture.accounts.files.set(ALICE_DOCUMENT, JSON.stringify(forged));
        }
        if (what === 'refused') fixture.twitch.next('refresh', answers(no(400, 'Invalid refresh token')));
        if (what === 'offline') fixture.twitch.next('refresh', offline);
        if (what === 'resume') fixture.vault.resume();
        if (what === 'refresh') await refresh(fixture);
        if (what === 'hour') await fixture.time.pass(HOUR);
        await fixture.time.pass(11 * SECOND);
        const texts = [...fixture.accounts.setAsideTexts, JSON.stringify(onDisk(fixture))];
        const kept = Math.max(...texts.map((text) => JSON.parse(text).tokenVersion));
        expect(kept).toBeGreaterThanOrEqual(newest);
        expect(onDisk(fixture).tokenVersion).toBeGreaterThanOrEqual(newest);
        newest = Math.max(newest, onDisk(fixture).tokenVersion);
      }
    }),
    { numRuns: 40 },
  );
});
