import http from 'node:http';
import https from 'node:https';
import { Bot, createBotCommand } from '@twurple/easy-bot';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { chatAt, connectBot, happens, QUIET } from '../../support/library-bot-fixture.ts';
import { BOT } from '../../support/people.ts';
import { openRecordedVault, type RecordedVaultFixture } from '../../support/recorded-vault-fixture.ts';

const CHANNEL = 'luna_streams';
let fixture: RecordedVaultFixture;

beforeAll(async () => {
  fixture = await openRecordedVault();
  await fixture.signIn(BOT, ['chat:read', 'chat:edit'], ['chat']);
  leadTwitchTo(fixture.twitch.port);
});
afterAll(async () => {
  vi.restoreAllMocks();
  await fixture.close();
});

/** EasyBot is of Twurple 7, which can't be pointed elsewhere: its requests to Twitch are led to the sandbox. */
function leadTwitchTo(port: number): void {
  vi.spyOn(https, 'request').mockImplementation(((options: https.RequestOptions, hear?: () => void) => {
    expect(options.hostname).toMatch(/^(id|api)\.twitch\.tv$/);
    const headers = { ...options.headers, host: `127.0.0.1:${port}` };
    return http.request(
      { ...options, agent: undefined, protocol: 'http:', hostname: '127.0.0.1', port, headers },
      hear,
    );
  }) as typeof https.request);
}

test('a command in chat is answered', async () => {
  const wants = [{ intent: 'chat', scopes: [['chat:read'], ['chat:edit']] }];
  const authProvider = await connectBot(fixture, 'easy-bot', { wants });
  const greet = createBotCommand('hello', (_, { userDisplayName, reply }) =>
    reply(`hello ${userDisplayName}`),
  );
  const bot = new Bot({
    authProvider,
    channels: [CHANNEL],
    commands: [greet],
    chatClientOptions: { ...chatAt(fixture), ...QUIET },
  });
  onTestFinished(() => bot.chat.quit());
  await happens(bot.chat.onJoin);
  const asked = fixture.twitch.control.say(CHANNEL, 'modmax', '!hello');
  await expect
    .poll(() => fixture.twitch.control.chatMessages().at(-1))
    .toMatchObject({ senderId: BOT, text: 'hello ModMax', replyTo: asked.id });
});
