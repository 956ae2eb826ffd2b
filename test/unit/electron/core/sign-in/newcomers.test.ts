import { describe, expect, it } from 'vitest';
import { MINUTE, SECOND } from '../../../../support/fake-time.ts';
import { ALICE, BOB, CLIENT_ID } from '../../../../support/people.ts';
import { resultOf } from '../../../../support/test-bot.ts';
import { answers, no } from '../../../../support/twitch-replies.ts';
import {
  openVaultFixture,
  pairBot,
  showTwitchHere,
  type VaultFixture,
  vaultFixtureWithAlice,
} from '../../../../support/vault-fixture.ts';

type Button = 'here' | 'browser' | 'copyLink' | 'copyCode' | 'back' | 'notMe' | 'cancel';

const id = ({ signIn }: VaultFixture): string => signIn.current?.id ?? 'none';
const press = (fixture: VaultFixture, button: Button) =>
  fixture.vault.actions[`signIn.${button}`].run({ id: id(fixture) });
const keep = (fixture: VaultFixture, userId: string) =>
  fixture.vault.actions['signIn.keep'].run({ id: id(fixture), userId });
const logins = (fixture: VaultFixture) => fixture.view().accounts.map(({ login }) => login);
const record = (fixture: VaultFixture) => fixture.view().activity.map(({ text }) => text);
const isDead = ({ twitch }: VaultFixture, userId: string) =>
  [...twitch.state.access.values()].filter((token) => token.userId === userId).map(({ dead }) => dead);

/** Somebody signs in with the code after these buttons were pressed. */
async function arrives(
  buttons: Button[],
  userId: string = BOB,
  fixture?: VaultFixture,
): Promise<VaultFixture> {
  const one = fixture ?? (await openVaultFixture());
  await one.vault.actions['account.signIn'].run({ scopes: ['chat:read'] });
  await one.time.settle();
  for (const button of buttons) expect(await press(one, button)).toMatchObject({ ok: true });
  one.twitch.decide(userId);
  await one.time.pass(5 * SECOND);
  return one;
}

describe('somebody new who signed in where Castkey could not see it', () => {
  const ways: Button[][] = [
    ['browser'],
    ['copyLink'],
    ['copyCode'],
    [],
    ['here', 'copyLink'],
    ['browser', 'here'],
    ['here', 'back'],
  ];
  it.each(ways.map((way) => [way.join(', ') || 'nothing pressed', way] as const))(
    'is asked about before anything is stored: %s',
    async (_name, way) => {
      const fixture = await arrives([...way]);
      expect(fixture.signIn.current).toMatchObject({
        stage: 'confirm',
        person: { userId: BOB, login: 'bob', scopes: ['chat:read'] },
      });
      expect([logins(fixture), fixture.accounts.written]).toEqual([[], []]);
      expect(isDead(fixture, BOB)).toEqual([false]);
    },
  );

  it('is kept after a yes, and the record says how it was', async () => {
    const fixture = await arrives(['browser']);
    expect(await keep(fixture, BOB)).toMatchObject({ ok: false, error: { code: 'refused' } });
    expect(logins(fixture)).toEqual([]);
    await fixture.time.pass(1_500);
    expect(await keep(fixture, ALICE)).toMatchObject({ ok: false, error: { code: 'not-found' } });
    expect(await keep(fixture, BOB)).toMatchObject({ ok: true });
    expect([logins(fixture), fixture.signIn.current]).toEqual([['bob'], null]);
    expect(record(fixture)).toContain('bob signed in at Twitch, and you kept the login');
    expect(record(fixture).filter((text) => text.startsWith('You signed in'))).toEqual([]);
    expect(fixture.twitch.count('revoke')).toBe(0);
    await fixture.time.pass(10 * MINUTE);
    expect(logins(fixture)).toEqual(['bob']);
  });

  it('is kept no sooner and no later where somebody sets the clock meanwhile', async () => {
    const fixture = await arrives(['browser']);
    fixture.time.setClockBy(10 * MINUTE);
    expect(await keep(fixture, BOB)).toMatchObject({ ok: false, error: { code: 'refused' } });
    fixture.time.setClockBy(-20 * MINUTE);
    await fixture.time.pass(1_500);
    expect(await keep(fixture, BOB)).toMatchObject({ ok: true });
  });

  const endings: [string, (fixture: VaultFixture) => unknown, RegExp][] = [
    ['she says no', (fixture) => press(fixture, 'notMe'), /and you said that it isn’t you: nothing was kept/],
    ['she cancels', (fixture) => press(fixture, 'cancel'), /and nobody said whether it was you/],
    ['she closes the window', ({ vault }) => vault.signIn.closed(), /and nobody said whether it was you/],
    ['nobody answers', ({ time }) => time.pass(5 * MINUTE), /and nobody said whether it was you/],
    ['Castkey is locked', ({ vault }) => vault.actions['vault.lock'].run(), /and nobody said whether/],
  ];
  it.each(endings)('is forgotten and given back to Twitch when %s', async (_name, end, said) => {
    const fixture = await arrives(['browser']);
    const question = id(fixture);
    await end(fixture);
    await fixture.time.settle();
    expect([logins(fixture), fixture.accounts.written]).toEqual([[], []]);
    expect(fixture.signIn.current?.stage ?? 'failed').toBe('failed');
    expect(isDead(fixture, BOB)).toEqual([true]);
    expect(record(fixture).filter((text) => /^bob signed in at Twitch, /.test(text))).toEqual([
      expect.stringMatching(said),
    ]);
    await fixture.time.pass(2 * SECOND);
    expect(await fixture.vault.actions['signIn.keep'].run({ id: question, userId: BOB })).toMatchObject({
      ok: false,
    });
    expect(logins(fixture)).toEqual([]);
  });

  it('can’t be got rid of by going back to the choice, nor by a bot that joins in', async () => {
    const fixture = await arrives(['browser']);
    for (const button of ['here', 'browser', 'copyLink', 'copyCode', 'back'] as const)
      expect(await press(fixture, button)).toMatchObject({ ok: false });
    await fixture.vault.actions['account.signIn'].run({ scopes: ['bits:read'] });
    await fixture.time.settle();
    expect(fixture.signIn.current).toMatchObject({ stage: 'confirm', person: { userId: BOB } });
  });

  it('is given back, too, when the window was closed while Twitch was asked who it is', async () => {
    const fixture = await openVaultFixture();
    const letGo = fixture.twitch.hold('validate');
    await arrives(['browser'], BOB, fixture);
    expect(fixture.signIn.current?.stage).toBe('checking');
    fixture.vault.signIn.closed();
    letGo();
    await fixture.time.settle();
    expect([logins(fixture), isDead(fixture, BOB)]).toEqual([[], [true]]);
  });

  it('does not replace what came to be here while the question stood', async () => {
    const fixture = await arrives(['browser']);
    const login = { clientId: CLIENT_ID, userId: BOB, scopes: ['chat:read', 'chat:edit'] };
    const { access } = fixture.twitch.state.pair(login);
    await fixture.vault.actions['account.addToken'].run({ accessToken: access });
    await fixture.time.pass(2 * SECOND);
    await keep(fixture, BOB);
    expect(fixture.account(BOB).scopes).toEqual(['chat:read', 'chat:edit']);
  });
});

describe('nobody is asked about', () => {
  it('whoever consented on the page inside the window', async () => {
    const fixture = await arrives(['here']);
    expect([logins(fixture), fixture.signIn.current]).toEqual([['bob'], null]);
    expect(record(fixture)).toContain('You signed in bob');
  });

  it('an account that is here already', async () => {
    const fixture = await vaultFixtureWithAlice();
    await arrives(['browser'], ALICE, fixture);
    expect([logins(fixture), fixture.signIn.current]).toEqual([['alice'], null]);
  });

  it('the expected account of a waiting bot', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture);
    const asked = bot.request('getAccessTokenForUser', { user: ALICE, scopeSets: [['chat:edit']] });
    await fixture.time.settle();
    await press(fixture, 'browser');
    fixture.twitch.decide(ALICE);
    await fixture.time.pass(5 * SECOND);
    expect(resultOf(await asked)?.scope).toContain('chat:edit');
  });
});

it('a new code is nobody’s: what was done with the old one does not count', async () => {
  const fixture = await openVaultFixture();
  await fixture.vault.actions['account.signIn'].run({ scopes: ['chat:read'] });
  await fixture.time.settle();
  await showTwitchHere(fixture);
  const invalid = answers(no(400, 'invalid device code'));
  fixture.twitch.next('poll', invalid, invalid, invalid);
  await fixture.time.pass(15 * SECOND); // the page goes on showing the code that is gone
  expect(fixture.signIn.current?.userCode).toBe('CODE3');
  fixture.twitch.decide(BOB);
  await fixture.time.pass(5 * SECOND);
  expect(fixture.signIn.current).toMatchObject({ stage: 'confirm', person: { login: 'bob' } });
});
