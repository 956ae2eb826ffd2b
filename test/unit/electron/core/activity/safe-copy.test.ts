import { describe, expect, it } from 'vitest';
import { createPseudonyms } from '../../../../../electron/core/activity/pseudonyms.ts';
import { MARKER } from '../../../../support/fake-twitch-state.ts';
import { ALICE, BOB } from '../../../../support/people.ts';
import {
  pairBot,
  signInAs,
  type VaultFixture,
  vaultFixtureWithAlice,
} from '../../../../support/vault-fixture.ts';

const TOKEN = 'z9x8c7v6b5n4m3a2s1d0f9g8h7j6k5';

async function copied(fixture: VaultFixture): Promise<string> {
  expect(await fixture.vault.actions['activity.copySafe'].run()).toEqual({ ok: true, value: undefined });
  return fixture.desktop.copied.at(-1) ?? expect.fail('nothing was copied');
}

describe('the copy that can be shown to strangers', () => {
  it('says on top which Castkey it is from and what protects its logins', async () => {
    const fixture = await vaultFixtureWithAlice();
    expect(await copied(fixture)).toMatch(
      /^Castkey 1\.2\.3, Electron 45, linux 6\nLogins sealed by: os, fake; 1 accounts, 0 bots\n/,
    );
  });

  it('names no account, bot, application or folder, but tells the same ones apart', async () => {
    const fixture = await vaultFixtureWithAlice();
    await signInAs(fixture, BOB);
    const bot = await pairBot(fixture, [{ user: ALICE }], 'always', 'luna-helper');
    await bot.request('getAccessTokenForUser', { user: ALICE });
    fixture.log.warn('a refresh failed for now', {
      userId: BOB,
      reason: 'see /home/s/bots/luna/secret-plan.js',
    });
    fixture.log.warn('gone', { userId: '777', keyId: bot.keys.keyId, clientId: 'shortid' });
    const text = await copied(fixture);
    for (const name of [
      'alice',
      'bob',
      'luna',
      ALICE,
      BOB,
      '777',
      '/home/s',
      bot.keys.keyId,
      'clientid000',
      'shortid',
    ])
      expect(text).not.toContain(name);
    expect(text).toContain('bot-1 got the token of account-1');
    expect(text).toContain('"userId":"account-2"');
    expect(text).toContain('see ~/…/secret-plan.js');
    expect(text).toContain('"userId":"account-3"');
    expect(text).toContain('"clientId":"application-2"');
  });

  it('holds no secret, whatever a log line or a name holds', async () => {
    const fixture = await vaultFixtureWithAlice();
    const secrets = [TOKEN, `${MARKER}x`];
    await pairBot(fixture, [], 'always', TOKEN);
    fixture.log.error(`a line with ${TOKEN}`, { accessToken: TOKEN, text: `oauth:${TOKEN}` });
    fixture.log.error('torn', { rest: `refresh_token=${TOKEN}` });
    fixture.deps.logLines.tail = async () => [
      `{"level":"error","message":"torn Bearer ${TOKEN}`,
      `{"client_secret":"${secrets[1]}"}`,
      JSON.stringify(fixture.log.lines),
    ];
    const text = await copied(fixture);
    for (const secret of secrets) expect(text).not.toContain(secret);
    expect(text).toContain('[hidden]');
  });

  it('names those who are gone from here by no name either', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture, [{ user: ALICE }], 'always', 'luna-helper');
    await fixture.vault.actions['bot.remove'].run({ keyId: bot.keys.keyId });
    await fixture.vault.actions['account.remove'].run({ userId: ALICE });
    const text = await copied(fixture);
    expect(text).toContain('You removed account-1');
    expect(text).toContain('You removed bot-1');
    expect(text).not.toMatch(/alice|luna/);
  });

  it('is there though the log can’t be read', async () => {
    const fixture = await vaultFixtureWithAlice();
    fixture.deps.logLines.tail = () => Promise.reject(new Error('torn'));
    expect(await copied(fixture)).toContain('The log could not be read.');
  });
});

describe('other names', () => {
  const names = () => {
    const made = createPseudonyms('/home/luna');
    made.learn('account', 'luna', '1001');
    made.learn('account', 'luna_bot');
    made.learn('bot', 'a.b (x)');
    made.learn('bot', 'chat');
    made.learn('bot', 'chat-helper');
    return made;
  };
  it.each([
    ['LUNA and 1001 are one', 'account-1 and account-1 are one'],
    ['luna_bot is not luna', 'account-2 is not account-1'],
    ['lunatic, aluna, luna2 and 10011 stay', 'lunatic, aluna, luna2 and 10011 stay'],
    ['chat-helper is not chat', 'bot-3 is not bot-2'],
    ['a name with signs: a.b (x)!', 'a name with signs: bot-1!'],
    ['at /home/luna', 'at ~'],
    ['at /home/luna/a', 'at ~/a'],
    ['at "/home/luna/bots/deep/index.js".', 'at "~/…/index.js".'],
    ['at "/home/luna/My bots/deep down/a.js", "/x"', 'at "~/…/a.js", "/x"'],
    ['at /HOME/LUNA/bots/x/luna.js', 'at ~/…/account-1.js'],
  ])('%s', (text, expected) => {
    expect(names().replace(text)).toBe(expected);
  });

  it('hides a Windows folder, escaped as in JSON or not', () => {
    const made = createPseudonyms('C:\\Users\\luna');
    expect(made.replace('C:\\Users\\luna\\bots\\x\\a.js')).toBe('~/…/a.js');
    expect(made.replace('"C:\\\\Users\\\\luna\\\\bots\\\\x\\\\a.js"')).toBe('"~/…/a.js"');
  });

  it('does not take a root for a home', () => {
    expect(createPseudonyms('/').replace('/usr/bin/node')).toBe('/usr/bin/node');
  });
});
