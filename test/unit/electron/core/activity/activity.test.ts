import { describe, expect, it } from 'vitest';
import { ALICE } from '../../../../support/people.ts';
import { click, pairBot, vaultFixtureWithAlice } from '../../../../support/vault-fixture.ts';

describe('the activity page', () => {
  it('tells who got what, newest first, and keeps it over a restart', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture);
    await bot.request('getAccessTokenForUser', { user: ALICE, scopeSets: [['chat:read']] });
    expect(fixture.view().activity[0]).toMatchObject({
      kind: 'token.served',
      text: 'bot got the token of alice',
      bot: 'bot',
      login: 'alice',
      scopes: ['chat:read'],
      ok: true,
    });
    const before = fixture.view().activity;
    await fixture.restart();
    expect(fixture.view().activity.map(({ text }) => text)).toEqual(before.map(({ text }) => text));
  });

  it('tells who got the token of the application', async () => {
    const fixture = await vaultFixtureWithAlice(['chat:read'], 'confidential');
    const bot = await pairBot(fixture, [{ app: true }]);
    await bot.request('getAppAccessToken', {});
    const told = { kind: 'token.served', text: 'bot got the application’s own token', bot: 'bot', ok: true };
    expect(fixture.view().activity[0]).toMatchObject({ ...told, login: null, scopes: [] });
    expect(fixture.view().activity[0]?.peer).toMatchObject({ claimed: 'bot', proved: true });
  });

  it('tells of refusals as refusals', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture, []);
    void bot.request('getAccessTokenForUser', { user: ALICE });
    await click(fixture, 'deny');
    expect(fixture.view().activity[0]).toMatchObject({ text: 'bot may not use alice', ok: false });
  });

  it('shows at most 200 lines and bears lines torn by a crash', async () => {
    const fixture = await vaultFixtureWithAlice();
    for (let turn = 0; turn < 150; turn += 1) {
      await fixture.vault.actions['vault.lock'].run();
      await fixture.vault.actions['vault.unlock'].run({});
    }
    expect(fixture.view().activity).toHaveLength(200);
    fixture.lines.lines.push('{"at":1,"kind":"x"', '', 'null', '{"at":"soon"}');
    await fixture.restart();
    expect(fixture.view().activity[0]?.text).toBe('Castkey was unlocked in its window');
  });

  it('is not worth an error when it can’t be written', async () => {
    const fixture = await vaultFixtureWithAlice();
    fixture.deps.activity.append = () => Promise.reject(new Error('full'));
    await fixture.vault.actions['vault.lock'].run();
    await fixture.time.settle();
    expect(fixture.view().activity[0]?.text).toBe('Castkey was locked: you locked it');
    expect(fixture.log.lines.at(-1)).toMatchObject({
      level: 'warn',
      message: 'activity could not be written',
    });
  });

  it('is not worth a start that fails when it can’t be read', async () => {
    const fixture = await vaultFixtureWithAlice();
    fixture.deps.activity.tail = () => Promise.reject(new Error('torn'));
    await fixture.restart();
    expect(fixture.account(ALICE).login).toBe('alice');
  });
});
