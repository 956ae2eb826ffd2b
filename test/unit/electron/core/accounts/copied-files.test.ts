import { describe, expect, it } from 'vitest';
import { ALICE, BOB, CLIENT_ID } from '../../../../support/people.ts';
import { ALICE_DOCUMENT, notices } from '../../../../support/populated-vault-fixture.ts';
import { answers, json } from '../../../../support/twitch-replies.ts';
import { signInAs, type VaultFixture, vaultFixtureWithAlice } from '../../../../support/vault-fixture.ts';

const BOB_DOCUMENT = `${CLIENT_ID}-${BOB}`;

async function aliceAndBob(): Promise<VaultFixture> {
  const fixture = await vaultFixtureWithAlice();
  await signInAs(fixture, BOB);
  return fixture;
}
const fileOf = (fixture: VaultFixture, name: string): string => fixture.accounts.files.get(name) ?? '';
/** As Castkey 0.1 sealed it: without a word on whose it is. */
async function unbound(fixture: VaultFixture, text: string): Promise<string> {
  const record = JSON.parse(text);
  const opened = await fixture.box.open(record.sealed);
  if (opened.kind !== 'opened') throw new Error('the record does not open');
  const { of: _of, ...old } = JSON.parse(opened.plain);
  return JSON.stringify({ ...record, sealed: await fixture.box.seal(JSON.stringify(old)) });
}

describe('a file of an account', () => {
  it('copied to another account’s name is refused and told, and left as it is', async () => {
    const fixture = await aliceAndBob();
    const copied = fileOf(fixture, ALICE_DOCUMENT);
    await fixture.restart(() => fixture.accounts.files.set(BOB_DOCUMENT, copied));
    expect(fixture.view().accounts.map(({ login }) => login)).toEqual(['alice']);
    expect(notices(fixture)).toMatch(/isn’t the one that belongs there: its file was copied or changed/);
    expect(fileOf(fixture, BOB_DOCUMENT)).toBe(copied);
  });

  it('copied and made to name the other account is refused by what is sealed in it', async () => {
    const fixture = await aliceAndBob();
    const copied = JSON.stringify({
      ...JSON.parse(fileOf(fixture, ALICE_DOCUMENT)),
      userId: BOB,
      login: 'bob',
    });
    await fixture.restart(() => fixture.accounts.files.set(BOB_DOCUMENT, copied));
    expect(fixture.view().accounts.map(({ login }) => login)).toEqual(['alice']);
    expect(fileOf(fixture, BOB_DOCUMENT)).toBe(copied);
  });

  it('whose version was raised by hand is refused', async () => {
    const fixture = await aliceAndBob();
    const raised = JSON.stringify({ ...JSON.parse(fileOf(fixture, ALICE_DOCUMENT)), tokenVersion: 9 });
    await fixture.restart(() => fixture.accounts.files.set(ALICE_DOCUMENT, raised));
    expect(fixture.view().accounts.map(({ login }) => login)).toEqual(['bob']);
  });

  it('of Castkey 0.1, which sealed no name, opens and is bound with the next write', async () => {
    const fixture = await aliceAndBob();
    const old = await unbound(fixture, fileOf(fixture, ALICE_DOCUMENT));
    await fixture.restart(() => fixture.accounts.files.set(ALICE_DOCUMENT, old));
    expect(fixture.account(ALICE)).toMatchObject({ login: 'alice', state: 'ok' });
    await fixture.vault.actions['account.refresh'].run({ userId: ALICE });
    const opened = await fixture.box.open(JSON.parse(fileOf(fixture, ALICE_DOCUMENT)).sealed);
    expect(opened.kind === 'opened' && JSON.parse(opened.plain).of).toEqual({
      clientId: CLIENT_ID,
      userId: ALICE,
      tokenVersion: 2,
    });
  });

  it('of Castkey 0.1, copied and renamed within, is not refreshed twice: the copy is refused', async () => {
    const fixture = await aliceAndBob();
    const old = await unbound(fixture, fileOf(fixture, ALICE_DOCUMENT));
    const copy = JSON.stringify({ ...JSON.parse(old), userId: BOB, login: 'bob' });
    await fixture.restart(() => {
      fixture.accounts.files.set(ALICE_DOCUMENT, old);
      fixture.accounts.files.set(BOB_DOCUMENT, copy);
    });
    expect(fixture.view().accounts).toHaveLength(1);
    expect(notices(fixture)).toMatch(/its file was copied or changed/);
  });
});

it('a token that Twitch says is another’s is neither served nor refreshed, until Twitch says otherwise', async () => {
  const fixture = await vaultFixtureWithAlice();
  const info = { client_id: CLIENT_ID, login: 'bob', scopes: [], user_id: BOB, expires_in: 14_000 };
  fixture.twitch.next('validate', answers(json(200, info)));
  fixture.vault.resume();
  await fixture.time.pass(1_000);
  expect(fixture.account(ALICE)).toMatchObject({
    state: 'needs-sign-in',
    stateText: 'Twitch says that the stored token is another account’s',
  });
  expect(await fixture.vault.actions['account.refresh'].run({ userId: ALICE })).toMatchObject({
    ok: false,
    error: { message: expect.stringContaining('another account’s') },
  });
  expect(fixture.twitch.count('refresh')).toBe(0);
  fixture.vault.resume();
  await fixture.time.pass(1_000);
  expect(fixture.account(ALICE).state).toBe('ok');
});
