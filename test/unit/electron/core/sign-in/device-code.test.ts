import { describe, expect, it } from 'vitest';
import { HOUR, MINUTE, SECOND } from '../../../../support/fake-time.ts';
import { ALICE } from '../../../../support/people.ts';
import { answers, json, no, offline, shutIn } from '../../../../support/twitch-replies.ts';
import {
  keepNewcomer,
  openVaultFixture,
  showTwitchHere,
  type VaultFixture,
} from '../../../../support/vault-fixture.ts';

async function opened(kind: 'public' | 'confidential' = 'public') {
  const fixture = await openVaultFixture(kind);
  fixture.twitch.requests.length = 0;
  await fixture.vault.actions['account.signIn'].run({ scopes: ['chat:read'] });
  await fixture.time.settle();
  return fixture;
}
const id = (fixture: VaultFixture): string => fixture.signIn.current?.id ?? 'none';
const logins = (fixture: VaultFixture): string[] => fixture.view().accounts.map(({ login }) => login);

describe('the device flow', () => {
  it('shows the code, polls at Twitch’s interval and brings the account', async () => {
    const fixture = await opened();
    expect(fixture.signIn.current).toMatchObject({
      userCode: 'CODE2',
      verificationUri: 'https://www.twitch.tv/activate?device-code=CODE2',
      newScopes: ['chat:read'],
      grantedScopes: [],
      expected: null,
      stage: 'choose',
      primary: 'browser',
    });
    await fixture.time.pass(14 * SECOND);
    expect(fixture.twitch.count('poll')).toBe(2);
    await showTwitchHere(fixture);
    fixture.twitch.decide(ALICE);
    await fixture.time.pass(SECOND);
    expect(logins(fixture)).toEqual(['alice']);
    expect(fixture.signIn.current).toBeNull();
    expect(fixture.vault.signInView()).toBeNull();
    expect(fixture.view().activity[0]).toMatchObject({ kind: 'account.signed-in', login: 'alice', ok: true });
  });

  it('sends the scopes in the body, in the plural', async () => {
    const fixture = await opened();
    expect(fixture.twitch.requests[0]?.fields.get('scopes')).toBe('chat:read');
    expect(fixture.twitch.requests[0]?.fields.has('scope')).toBe(false);
  });

  it('says what on her own side keeps Castkey from Twitch, and what to do', async () => {
    const fixture = await openVaultFixture();
    fixture.twitch.next('device', shutIn);
    await fixture.vault.actions['account.signIn'].run({});
    await fixture.time.settle();
    const problem =
      'Twitch can’t be reached. The proxy at office:3128 asks for a password. Name it with both. Castkey keeps trying.';
    expect(fixture.signIn.current).toMatchObject({ problem });
  });

  it('slows down by 5 s when told to', async () => {
    const fixture = await opened();
    fixture.twitch.next('poll', answers(no(400, 'slow_down')));
    await fixture.time.pass(5 * SECOND);
    await fixture.time.pass(9 * SECOND);
    expect(fixture.twitch.count('poll')).toBe(1);
    await fixture.time.pass(SECOND);
    expect(fixture.twitch.count('poll')).toBe(2);
  });

  it('ends when the streamer says no at Twitch', async () => {
    const fixture = await opened();
    fixture.twitch.decide('deny');
    await fixture.time.pass(5 * SECOND);
    expect(fixture.signIn.current).toBeNull();
    expect(fixture.view().activity[0]).toMatchObject({ ok: false });
    await fixture.time.pass(HOUR);
    expect(fixture.twitch.count('poll')).toBe(1);
  });

  it('bears two “invalid device code” and takes a new code after the third', async () => {
    const fixture = await opened();
    const invalid = answers(no(400, 'invalid device code'));
    fixture.twitch.next('poll', invalid, invalid);
    await fixture.time.pass(15 * SECOND);
    expect(fixture.twitch.count('device')).toBe(1);
    fixture.twitch.next('poll', invalid, invalid, invalid);
    await fixture.time.pass(15 * SECOND);
    expect(fixture.twitch.count('device')).toBe(2);
    expect(fixture.signIn.current?.userCode).toBe('CODE3');
    fixture.twitch.decide(ALICE);
    await fixture.time.pass(5 * SECOND);
    await keepNewcomer(fixture);
    expect(logins(fixture)).toEqual(['alice']);
  });

  it('takes a new code when the old one runs out, and the new one works', async () => {
    const fixture = await openVaultFixture();
    fixture.twitch.next('device', (real) => {
      const reply = real();
      return json(200, { ...JSON.parse('body' in reply ? reply.body : ''), expires_in: 60 });
    });
    await fixture.vault.actions['account.signIn'].run({});
    await fixture.time.pass(54 * SECOND);
    expect(fixture.signIn.current?.userCode).toBe('CODE2');
    await fixture.time.pass(6 * SECOND);
    expect(fixture.signIn.current?.userCode).toBe('CODE3');
    fixture.twitch.decide(ALICE);
    await fixture.time.pass(5 * SECOND);
    await keepNewcomer(fixture);
    expect(logins(fixture)).toEqual(['alice']);
  });

  it('says that Twitch can’t be reached and goes on by itself', async () => {
    const fixture = await openVaultFixture();
    fixture.twitch.next('device', offline, offline);
    await fixture.vault.actions['account.signIn'].run({});
    await fixture.time.settle();
    expect(fixture.signIn.current).toMatchObject({
      userCode: null,
      problem: expect.stringMatching(/can’t be reached/),
    });
    await fixture.time.pass(6 * SECOND);
    expect(fixture.signIn.current).toMatchObject({ problem: '', userCode: expect.stringMatching(/CODE/) });
    fixture.twitch.next(
      'poll',
      offline,
      answers(no(503, 'x')),
      answers(no(429, 'x')),
      answers(no(400, 'what?')),
    );
    fixture.twitch.decide(ALICE);
    await fixture.time.pass(25 * SECOND);
    await keepNewcomer(fixture);
    expect(logins(fixture)).toEqual(['alice']);
  });

  it('ends with a word on the set-up when Twitch refuses the application', async () => {
    const fixture = await openVaultFixture();
    fixture.twitch.always('device', answers(no(400, 'invalid client')));
    await fixture.vault.actions['account.signIn'].run({});
    await fixture.time.settle();
    expect(fixture.signIn.current).toBeNull();
    expect(fixture.view().notices).toMatchObject([
      { text: expect.stringMatching(/invalid client.*Settings/) },
    ]);
  });

  it('with a good pair in hand asks Twitch who it is more than once', async () => {
    const fixture = await opened();
    await showTwitchHere(fixture);
    fixture.twitch.next('validate', offline, offline, offline);
    fixture.twitch.decide(ALICE);
    await fixture.time.pass(5 * SECOND);
    expect(fixture.signIn.current?.stage).toBe('checking');
    await fixture.time.pass(6 * SECOND);
    expect(logins(fixture)).toEqual(['alice']);
  });
});

describe('the buttons of the sign-in window', () => {
  it('open Twitch’s page in the browser, show it inside, copy link and code, go back', async () => {
    const fixture = await opened();
    const press = (button: 'here' | 'browser' | 'copyLink' | 'copyCode' | 'back', id: string) =>
      fixture.vault.actions[`signIn.${button}`].run({ id });
    const link = 'https://www.twitch.tv/activate?device-code=CODE2';
    expect(await press('browser', id(fixture))).toMatchObject({ ok: true });
    // The address stands on a command line that every user of the computer can read: no code in it.
    expect(fixture.desktop.opened).toEqual(['https://www.twitch.tv/activate']);
    expect(fixture.signIn.current?.stage).toBe('browser');
    expect(await press('copyLink', id(fixture))).toMatchObject({ ok: true });
    expect(await press('copyCode', id(fixture))).toMatchObject({ ok: true });
    expect(fixture.desktop.copied).toEqual([link, 'CODE2']);
    expect(await press('here', id(fixture))).toMatchObject({ ok: true });
    expect(fixture.signIn.page).toEqual({ url: link, redirectUri: null, origins: ['https://id.twitch.tv'] });
    expect(await press('back', id(fixture))).toMatchObject({ ok: true });
    expect([fixture.signIn.page, fixture.signIn.current?.stage]).toEqual([null, 'choose']);
  });

  it('say when no browser could be opened', async () => {
    const fixture = await opened();
    fixture.desktop.noBrowser = true;
    expect(await fixture.vault.actions['signIn.browser'].run({ id: id(fixture) })).toMatchObject({
      ok: true,
    });
    const problem = 'No browser opened. Use “Copy link”.';
    expect(fixture.signIn.current).toMatchObject({ stage: 'choose', problem });
    fixture.desktop.noBrowser = false;
    await fixture.vault.actions['signIn.browser'].run({ id: id(fixture) });
    expect(fixture.signIn.current).toMatchObject({ stage: 'browser', problem: '' });
  });

  it('say that there is no code yet', async () => {
    const fixture = await openVaultFixture();
    fixture.twitch.always('device', offline);
    await fixture.vault.actions['account.signIn'].run({});
    await fixture.time.settle();
    expect(await fixture.vault.actions['signIn.here'].run({ id: id(fixture) })).toMatchObject({ ok: false });
    expect(await fixture.vault.actions['signIn.copyLink'].run({ id: id(fixture) })).toMatchObject({
      ok: false,
    });
  });

  it.each(['cancel', 'closed'] as const)(
    '%s ends it: window hidden, nothing stored, no more polls',
    async (way) => {
      const fixture = await opened();
      fixture.vault.actions['signIn.here'].run({ id: id(fixture) });
      if (way === 'cancel') fixture.vault.actions['signIn.cancel'].run({ id: id(fixture) });
      else fixture.vault.signIn.closed();
      expect([fixture.signIn.current, fixture.signIn.page]).toEqual([null, null]);
      fixture.twitch.decide(ALICE);
      await fixture.time.pass(MINUTE);
      expect([logins(fixture), fixture.twitch.count('poll')]).toEqual([[], 0]);
    },
  );

  it('do nothing for a sign-in that is over', async () => {
    const fixture = await opened();
    const press = (button: 'here' | 'browser' | 'copyLink' | 'back' | 'cancel', id: string) =>
      fixture.vault.actions[`signIn.${button}`].run({ id });
    const old = id(fixture);
    await press('cancel', old);
    for (const call of [
      await press('here', old),
      await press('back', old),
      await press('cancel', old),
      await press('browser', old),
      await press('copyLink', old),
    ]) {
      expect(call).toMatchObject({ ok: false, error: { code: 'not-found' } });
    }
    fixture.vault.signIn.closed();
    fixture.vault.signIn.redirected('http://localhost:17563/?code=x&state=y');
    expect(fixture.desktop.opened).toEqual([]);
  });

  it('are not offered while locked or before an application is set up', async () => {
    const fixture = await openVaultFixture();
    await fixture.vault.actions['vault.lock'].run();
    expect(await fixture.vault.actions['account.signIn'].run({})).toMatchObject({
      ok: false,
      error: { code: 'locked' },
    });
    expect(fixture.signIn.shown).toEqual([]);
  });
});
