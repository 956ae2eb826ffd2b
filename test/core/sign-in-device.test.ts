import { describe, expect, it } from 'vitest';
import { HOUR, MINUTE, SECOND } from '../fakes/clock.ts';
import { answers, json, no, offline } from '../fakes/replies.ts';
import { ALICE, openWorld, type World } from '../fakes/world.ts';

async function opened(kind: 'public' | 'confidential' = 'public') {
  const world = await openWorld(kind);
  world.twitch.requests.length = 0;
  await world.vault.actions['account.signIn'].run({ scopes: ['chat:read'] });
  await world.time.settle();
  return world;
}
const id = (world: World): string => world.signIn.current?.id ?? 'none';
const logins = (world: World): string[] => world.view().accounts.map(({ login }) => login);

describe('the device flow', () => {
  it('shows the code, polls at Twitch’s interval and brings the account', async () => {
    const world = await opened();
    expect(world.signIn.current).toMatchObject({
      userCode: 'CODE2',
      verificationUri: 'https://www.twitch.tv/activate?device-code=CODE2',
      newScopes: ['chat:read'],
      grantedScopes: [],
      expected: null,
      stage: 'choose',
      primary: 'browser',
    });
    await world.time.pass(14 * SECOND);
    expect(world.twitch.count('poll')).toBe(2);
    world.twitch.decide(ALICE);
    await world.time.pass(SECOND);
    expect(logins(world)).toEqual(['alice']);
    expect(world.signIn.current).toBeNull();
    expect(world.vault.signInView()).toBeNull();
    expect(world.view().activity[0]).toMatchObject({ kind: 'account.signed-in', login: 'alice', ok: true });
  });

  it('sends the scopes in the body, in the plural', async () => {
    const world = await opened();
    expect(world.twitch.requests[0]?.fields.get('scopes')).toBe('chat:read');
    expect(world.twitch.requests[0]?.fields.has('scope')).toBe(false);
  });

  it('slows down by 5 s when told to', async () => {
    const world = await opened();
    world.twitch.next('poll', answers(no(400, 'slow_down')));
    await world.time.pass(5 * SECOND);
    await world.time.pass(9 * SECOND);
    expect(world.twitch.count('poll')).toBe(1);
    await world.time.pass(SECOND);
    expect(world.twitch.count('poll')).toBe(2);
  });

  it('ends when the streamer says no at Twitch', async () => {
    const world = await opened();
    world.twitch.decide('deny');
    await world.time.pass(5 * SECOND);
    expect(world.signIn.current).toBeNull();
    expect(world.view().activity[0]).toMatchObject({ ok: false });
    await world.time.pass(HOUR);
    expect(world.twitch.count('poll')).toBe(1);
  });

  it('bears two “invalid device code” and takes a new code after the third', async () => {
    const world = await opened();
    const invalid = answers(no(400, 'invalid device code'));
    world.twitch.next('poll', invalid, invalid);
    await world.time.pass(15 * SECOND);
    expect(world.twitch.count('device')).toBe(1);
    world.twitch.next('poll', invalid, invalid, invalid);
    await world.time.pass(15 * SECOND);
    expect(world.twitch.count('device')).toBe(2);
    expect(world.signIn.current?.userCode).toBe('CODE3');
    world.twitch.decide(ALICE);
    await world.time.pass(5 * SECOND);
    expect(logins(world)).toEqual(['alice']);
  });

  it('takes a new code when the old one runs out, and the new one works', async () => {
    const world = await openWorld();
    world.twitch.next('device', (real) => {
      const reply = real();
      return json(200, { ...JSON.parse('body' in reply ? reply.body : ''), expires_in: 60 });
    });
    await world.vault.actions['account.signIn'].run({});
    await world.time.pass(54 * SECOND);
    expect(world.signIn.current?.userCode).toBe('CODE2');
    await world.time.pass(6 * SECOND);
    expect(world.signIn.current?.userCode).toBe('CODE3');
    world.twitch.decide(ALICE);
    await world.time.pass(5 * SECOND);
    expect(logins(world)).toEqual(['alice']);
  });

  it('says that Twitch can’t be reached and goes on by itself', async () => {
    const world = await openWorld();
    world.twitch.next('device', offline, offline);
    await world.vault.actions['account.signIn'].run({});
    await world.time.settle();
    expect(world.signIn.current).toMatchObject({
      userCode: null,
      problem: expect.stringMatching(/can’t be reached/),
    });
    await world.time.pass(6 * SECOND);
    expect(world.signIn.current).toMatchObject({ problem: '', userCode: expect.stringMatching(/CODE/) });
    world.twitch.next(
      'poll',
      offline,
      answers(no(503, 'x')),
      answers(no(429, 'x')),
      answers(no(400, 'what?')),
    );
    world.twitch.decide(ALICE);
    await world.time.pass(25 * SECOND);
    expect(logins(world)).toEqual(['alice']);
  });

  it('ends with a word on the set-up when Twitch refuses the application', async () => {
    const world = await openWorld();
    world.twitch.always('device', answers(no(400, 'invalid client')));
    await world.vault.actions['account.signIn'].run({});
    await world.time.settle();
    expect(world.signIn.current).toBeNull();
    expect(world.view().notices).toMatchObject([{ text: expect.stringMatching(/invalid client.*Settings/) }]);
  });

  it('with a good pair in hand asks Twitch who it is more than once', async () => {
    const world = await opened();
    world.twitch.next('validate', offline, offline, offline);
    world.twitch.decide(ALICE);
    await world.time.pass(5 * SECOND);
    expect(world.signIn.current?.stage).toBe('checking');
    await world.time.pass(6 * SECOND);
    expect(logins(world)).toEqual(['alice']);
  });
});

describe('the buttons of the sign-in window', () => {
  it('open the link in the browser, show it inside, copy it, go back', async () => {
    const world = await opened();
    const press = (button: 'here' | 'browser' | 'copyLink' | 'back' | 'cancel', id: string) =>
      world.vault.actions[`signIn.${button}`].run({ id });
    const link = 'https://www.twitch.tv/activate?device-code=CODE2';
    expect(await press('browser', id(world))).toMatchObject({ ok: true });
    expect([world.desktop.opened, world.signIn.current?.stage]).toEqual([[link], 'browser']);
    expect(await press('copyLink', id(world))).toMatchObject({ ok: true });
    expect(world.desktop.copied).toEqual([link]);
    expect(await press('here', id(world))).toMatchObject({ ok: true });
    expect(world.signIn.page).toEqual({ url: link, redirectUri: null, origins: ['https://id.twitch.tv'] });
    expect(await press('back', id(world))).toMatchObject({ ok: true });
    expect([world.signIn.page, world.signIn.current?.stage]).toEqual([null, 'choose']);
  });

  it('say when no browser could be opened', async () => {
    const world = await opened();
    world.desktop.noBrowser = true;
    expect(await world.vault.actions['signIn.browser'].run({ id: id(world) })).toMatchObject({
      ok: false,
      error: { code: 'refused' },
    });
    expect(world.signIn.current?.stage).toBe('choose');
  });

  it('say that there is no code yet', async () => {
    const world = await openWorld();
    world.twitch.always('device', offline);
    await world.vault.actions['account.signIn'].run({});
    await world.time.settle();
    expect(await world.vault.actions['signIn.here'].run({ id: id(world) })).toMatchObject({ ok: false });
    expect(await world.vault.actions['signIn.copyLink'].run({ id: id(world) })).toMatchObject({ ok: false });
  });

  it.each(['cancel', 'closed'] as const)(
    '%s ends it: window hidden, nothing stored, no more polls',
    async (way) => {
      const world = await opened();
      world.vault.actions['signIn.here'].run({ id: id(world) });
      if (way === 'cancel') world.vault.actions['signIn.cancel'].run({ id: id(world) });
      else world.vault.signIn.closed();
      expect([world.signIn.current, world.signIn.page]).toEqual([null, null]);
      world.twitch.decide(ALICE);
      await world.time.pass(MINUTE);
      expect([logins(world), world.twitch.count('poll')]).toEqual([[], 0]);
    },
  );

  it('do nothing for a sign-in that is over', async () => {
    const world = await opened();
    const press = (button: 'here' | 'browser' | 'copyLink' | 'back' | 'cancel', id: string) =>
      world.vault.actions[`signIn.${button}`].run({ id });
    const old = id(world);
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
    world.vault.signIn.closed();
    world.vault.signIn.redirected('http://localhost:17563/?code=x&state=y');
    expect(world.desktop.opened).toEqual([]);
  });

  it('are not offered while locked or before an application is set up', async () => {
    const world = await openWorld();
    await world.vault.actions['vault.lock'].run();
    expect(await world.vault.actions['account.signIn'].run({})).toMatchObject({
      ok: false,
      error: { code: 'locked' },
    });
    expect(world.signIn.shown).toEqual([]);
  });
});
