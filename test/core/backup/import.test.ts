import { describe, expect, it } from 'vitest';
import { resultOf } from '../../fakes/bot.ts';
import { HOUR, SECOND } from '../../fakes/clock.ts';
import { imported } from '../../fakes/other-computer.ts';
import { answers, lostAnswer, neverArrived, no, offline, text } from '../../fakes/replies.ts';
import { MARKER } from '../../fakes/twitch-ledger.ts';
import {
  ALICE,
  BOB,
  CLIENT_ID,
  openWorld,
  pairBot,
  signInAs,
  type World,
  worldWithAlice,
} from '../../fakes/world.ts';

/** A pair that another program got from Twitch, as Twurple keeps it. */
function twurple(world: World, userId: string, scopes = ['chat:read'], clientId = CLIENT_ID) {
  const { access, refresh } = world.twitch.ledger.pair({ clientId, userId, scopes });
  const obtainmentTimestamp = world.time.now();
  return {
    accessToken: access,
    refreshToken: refresh,
    scope: scopes,
    expiresIn: 14_400,
    obtainmentTimestamp,
  };
}
/** The same as the Twitch CLI keeps it. */
function cli(world: World, userId: string, scopes = ['chat:read'], clientId = CLIENT_ID): string {
  const { accessToken, refreshToken } = twurple(world, userId, scopes, clientId);
  const rest = `CLIENTSECRET=${MARKER}cli\nTOKENEXPIRATION=2026-01-05T16:00:00Z\nTOKENSCOPES=[${scopes.join(' ')}]`;
  return `ACCESSTOKEN=${accessToken}\nCLIENTID=${clientId}\nREFRESHTOKEN=${refreshToken}\n${rest}\n`;
}
const take = (world: World, value: unknown): Promise<string> => imported(world, JSON.stringify(value));
const everythingWritten = (world: World): string =>
  [...world.accounts.written, ...world.documents.written].map(({ text }) => text).join('\n');

describe('importing logins', () => {
  it('takes a Twitch CLI config, checked at Twitch, and says who must stop renewing', async () => {
    const world = await openWorld();
    const said = await imported(world, cli(world, ALICE));
    expect(said).toContain('good: alice was taken over; Twitch confirmed it.');
    expect(said).toMatch(
      /advice: From now on Castkey renews these logins\..*\(the Twitch CLI\).*delete the file/,
    );
    expect(world.account(ALICE)).toMatchObject({ scopes: ['chat:read'], state: 'ok', canRefresh: true });
    expect(world.account(ALICE).expiresAt).toBe(world.time.now() + 4 * HOUR);
    expect(world.twitch.count('validate')).toBe(1);
    expect(everythingWritten(world)).not.toContain('TOKENSCOPES');
    expect(await world.vault.actions['account.refresh'].run({ userId: ALICE })).toMatchObject({ ok: true });
    await world.restart();
    expect(world.account(ALICE).state).toBe('ok');
  });

  it.each([
    ['one', (world: World) => twurple(world, ALICE), [ALICE]],
    ['a list', (world: World) => [twurple(world, ALICE), twurple(world, BOB)], [ALICE, BOB]],
    ['by user', (world: World) => ({ [ALICE]: twurple(world, ALICE) }), [ALICE]],
  ] as const)('takes Twurple’s tokens: %s', async (_how, make, users) => {
    const world = await openWorld();
    expect(await take(world, make(world))).toContain('(Twurple)');
    expect(world.view().accounts.map(({ userId }) => userId)).toEqual(users);
  });

  it('renews a dead access token, and keeps the new pair', async () => {
    const world = await openWorld();
    const found = twurple(world, ALICE);
    world.twitch.kill('access', ALICE);
    expect(await take(world, found)).toContain('good: alice was taken over');
    expect(world.twitch.requests.map(({ kind }) => kind)).toEqual([
      'device',
      'validate',
      'refresh',
      'validate',
    ]);
    const bot = await pairBot(world);
    const token = resultOf(await bot.request('getAccessTokenForUser', { user: ALICE }));
    expect(token?.accessToken).not.toBe(found.accessToken);
    expect(await world.vault.actions['account.refresh'].run({ userId: ALICE })).toMatchObject({ ok: true });
  });

  it('asks once more when the answer to a renewal is lost, and keeps it in memory if the disk refuses', async () => {
    const world = await openWorld();
    const found = twurple(world, ALICE);
    world.twitch.kill('access', ALICE);
    world.twitch.next('refresh', neverArrived);
    world.accounts.fault = 'refuse';
    expect(await take(world, found)).toContain('bad: alice was taken over, but the disk refuses to keep it.');
    expect(world.account(ALICE)).toMatchObject({ state: 'ok', saved: false });
    world.accounts.fault = null;
    await world.time.pass(10 * SECOND);
    expect(world.account(ALICE).saved).toBe(true);
  });

  it('takes nothing that the disk refuses, as long as the file still has it', async () => {
    const world = await openWorld();
    world.accounts.fault = 'refuse';
    expect(await take(world, twurple(world, ALICE))).toContain(
      'bad: alice was not taken over: the disk refuses',
    );
    expect(world.view().accounts).toEqual([]);
  });
});

describe('an import is refused', () => {
  const other = 'otherclient00000000000000000001';

  it('for another application’s config, without a word to Twitch', async () => {
    const world = await openWorld();
    world.twitch.requests.length = 0;
    expect(await imported(world, cli(world, ALICE, [], other))).toMatch(/^bad: .*another Twitch application/);
    expect([world.twitch.requests, world.view().accounts]).toEqual([[], []]);
  });

  it('for a token that Twitch says is another application’s', async () => {
    const world = await openWorld();
    world.twitch.ledger.apps.set(other, { secret: null });
    expect(await take(world, twurple(world, ALICE, [], other))).toMatch(
      /^bad: alice.*another Twitch application/,
    );
    expect(world.view().accounts).toEqual([]);
  });

  it('for a token of an application', async () => {
    const world = await openWorld();
    const body = JSON.stringify({
      client_id: CLIENT_ID,
      login: null,
      user_id: null,
      scopes: null,
      expires_in: 9,
    });
    world.twitch.always('validate', answers(text(200, body)));
    expect(await take(world, { ...twurple(world, ALICE), refreshToken: null })).toMatch(
      /^bad: .*not of an account/,
    );
  });

  it.each([
    [
      'both tokens are dead',
      (world: World) => world.twitch.kill('refresh', ALICE),
      'Twitch doesn’t accept it any more',
    ],
    ['Twitch is away', (world: World) => world.twitch.always('validate', offline), 'Twitch can’t be reached'],
    [
      'the answer to the renewal is lost twice',
      (world: World) => world.twitch.next('refresh', lostAnswer, neverArrived),
      'answer was lost on the way',
    ],
    [
      'Twitch refuses the application',
      (world: World) => world.twitch.next('refresh', answers(no(403, 'invalid client secret'))),
      'Twitch says “invalid client secret”',
    ],
  ])('when %s', async (_what, spoil, reason) => {
    const world = await openWorld();
    const found = twurple(world, ALICE);
    world.twitch.kill('access', ALICE);
    spoil(world);
    const said = await take(world, found);
    expect(said).toMatch(/^bad: The login in the file was not taken over: /);
    expect(said).toContain(reason);
    expect(world.view().accounts).toEqual([]);
  });

  it('when a dead bare token is all there is', async () => {
    const world = await openWorld();
    const found = { ...twurple(world, ALICE), refreshToken: null };
    world.twitch.kill('access', ALICE);
    expect(await take(world, found)).toContain('Twitch doesn’t accept it any more');
    expect(world.twitch.count('refresh')).toBe(0);
  });

  it.each([
    ['no logins', 'hello', 'No login was found'],
    ['a backup', '{"castkeyBackup":1}', 'use “Restore a backup”'],
  ])('for a file with %s', async (_what, file, reason) => {
    const world = await openWorld();
    expect(await imported(world, file)).toMatch(new RegExp(`^refused: .*${reason}`));
  });

  it('one login at a time: the others are taken', async () => {
    const world = await openWorld();
    const dead = twurple(world, BOB);
    for (const kind of ['access', 'refresh'] as const) world.twitch.kill(kind, BOB);
    const said = await take(world, [dead, twurple(world, ALICE), { accessToken: 1 }]);
    expect(said.split('\n').map((line) => line.slice(0, 40))).toEqual([
      'bad: Login 1 in the file was not taken o',
      'good: alice was taken over; Twitch confi',
      'bad: 1 more in the file could not be rea',
      'advice: From now on Castkey renews these',
    ]);
  });

  it('while Castkey is locked or has no application', async () => {
    const world = await openWorld();
    await world.vault.actions['vault.lock'].run();
    expect(await take(world, twurple(world, ALICE))).toMatch(/^locked: /);
  });
});

describe('a login that is here', () => {
  const here = (world: World) => world.accounts.files.get(`${CLIENT_ID}-${ALICE}`);

  it.each([
    [
      'has more permissions',
      (world: World) => twurple(world, ALICE, []),
      'has permissions that the other one lacks',
    ],
    [
      'is newer',
      (world: World) => ({ ...twurple(world, ALICE, ['chat:read', 'bits:read']), obtainmentTimestamp: 1 }),
      'works and is newer',
    ],
    ['renews itself', (world: World) => ({ ...twurple(world, ALICE), refreshToken: null }), 'renews itself'],
  ])('stays when it %s', async (_how, make, reason) => {
    const world = await worldWithAlice();
    await world.time.pass(SECOND);
    const before = here(world);
    const said = await take(world, make(world));
    expect(said).toMatch(/^kept: alice stays as it is: /);
    expect(said).toContain(reason);
    expect(here(world)).toBe(before);
  });

  it('stays when the file doesn’t say how old its login is', async () => {
    const world = await worldWithAlice();
    await world.time.pass(SECOND);
    expect(await imported(world, cli(world, ALICE))).toContain('works and is newer');
  });

  it('is not renewed behind its own back when the file has the same login', async () => {
    const world = await openWorld();
    const found = twurple(world, ALICE);
    await take(world, found);
    world.twitch.kill('access', ALICE);
    world.twitch.requests.length = 0;
    expect(await take(world, found)).toContain('kept: alice stays as it is: it is here already');
    expect(world.twitch.requests).toEqual([]);
  });

  it('gives way to one that is newer and has as much', async () => {
    const world = await worldWithAlice();
    await world.time.pass(HOUR);
    expect(await take(world, twurple(world, ALICE, ['chat:read', 'chat:edit']))).toContain('good: alice');
    expect(world.account(ALICE).scopes).toEqual(['chat:read', 'chat:edit']);
  });

  it('gives way to an older one that works when Twitch refuses it', async () => {
    const world = await openWorld();
    const found = twurple(world, ALICE);
    await world.time.pass(SECOND);
    await signInAs(world, ALICE);
    world.twitch.next('refresh', answers(no(400, 'Invalid refresh token')));
    await world.vault.actions['account.refresh'].run({ userId: ALICE });
    expect(world.account(ALICE).state).toBe('needs-sign-in');
    expect(await take(world, found)).toContain('good: alice was taken over');
    expect(world.account(ALICE).state).toBe('ok');
  });
});
