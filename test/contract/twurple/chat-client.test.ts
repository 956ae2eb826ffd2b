import { ChatClient } from '@twurple/chat';
import { expect, onTestFinished, test } from 'vitest';
import type { CastkeyAuthProvider } from '../../../clients/javascript/src/index.ts';
import { chatAt, connectBot, happens, QUIET } from '../../support/library-bot-fixture.ts';
import { BOT, LUNA } from '../../support/people.ts';
import { shareRecordedVault } from '../../support/recorded-vault-fixture.ts';

const CHANNEL = 'luna_streams';
let version = 0;
const fixture = await shareRecordedVault([BOT, ['chat:read', 'chat:edit'], ['chat']]);

/** A chat bot as Twurple's documentation has it; connected and in the channel. */
async function openChat(): Promise<{ chat: ChatClient; authProvider: CastkeyAuthProvider }> {
  version += 1;
  const wants = [{ intent: 'chat', scopes: [['chat:read'], ['chat:edit']] }];
  const authProvider = await connectBot(fixture, `chat-bot-${version}`, { wants });
  const chat = new ChatClient({ authProvider, channels: [CHANNEL], ...chatAt(fixture), ...QUIET });
  onTestFinished(() => chat.quit());
  const joined = happens(chat.onJoin);
  chat.connect();
  await joined;
  return { chat, authProvider };
}

/** Says something and waits until Twitch has it. */
async function speak(chat: ChatClient, words: string): Promise<void> {
  await chat.say(CHANNEL, words);
  await expect
    .poll(() => fixture.twitch.control.chatMessages().at(-1))
    .toMatchObject({ senderId: BOT, text: words });
}

test('logs in as the account with the intent, joins, speaks and hears', async () => {
  const { chat } = await openChat();
  expect(chat.irc.currentNick).toBe('luna_bot');
  const heard = happens(chat.onMessage);
  const said = fixture.twitch.control.say(CHANNEL, 'quiet_quinn', 'hello bot');
  const [channel, user, text, message] = await heard;
  expect([channel, user, text]).toEqual([CHANNEL, 'quiet_quinn', 'hello bot']);
  expect(message).toMatchObject({ id: said.id, channelId: LUNA });
  expect(message.userInfo.displayName).toBe('静かなクイン');
  await chat.say(CHANNEL, 'hello quinn', { replyTo: message });
  await expect
    .poll(() => fixture.twitch.control.chatMessages().at(-1))
    .toMatchObject({ senderId: BOT, text: 'hello quinn', replyTo: said.id });
  expect(fixture.refreshes()).toBe(0);
});

test('comes back by itself when Twitch asks it to, or just hangs up', async () => {
  const { chat } = await openChat();
  for (const act of ['drop', 'requestReconnect'] as const) {
    const back = happens(chat.onJoin);
    fixture.twitch.control[act]({ kind: 'chat', user: BOT, within: 0 });
    await back;
    await speak(chat, `back after ${act}`);
  }
  expect(fixture.refreshes()).toBe(0);
});

test('stays while its token expires, and comes back with a new one after a cut', async () => {
  const { chat } = await openChat();
  expect(fixture.twitch.control.expireTokens({ user: BOT })).toBeGreaterThan(0);
  await speak(chat, 'the token is dead');
  const [refused] = [happens(chat.onAuthenticationFailure), fixture.twitch.control.drop({ kind: 'chat' })];
  const back = happens(chat.onJoin);
  expect((await refused)[0]).toBe('Login authentication failed');
  await back;
  await speak(chat, 'with a new token');
  expect(fixture.refreshes()).toBe(1);
});

test('is cut off when its token is revoked, and comes back with a new one', async () => {
  const { chat, authProvider } = await openChat();
  const token = await authProvider.getAccessTokenForIntent('chat', ['chat:read', 'chat:edit']);
  const fields = { client_id: authProvider.clientId, token: token?.accessToken ?? '' };
  const back = happens(chat.onJoin);
  const init = { method: 'POST', body: new URLSearchParams(fields) };
  expect((await fetch(`${fixture.twitch.url}/oauth2/revoke`, init)).status).toBe(200);
  await back;
  await speak(chat, 'back with a new token');
  expect(fixture.refreshes()).toBe(1);
});

test('finds a token that died before its first connect dead, and connects with a new one', async () => {
  fixture.twitch.control.expireTokens({ user: BOT });
  const { chat } = await openChat();
  await speak(chat, 'hello');
  expect(fixture.refreshes()).toBe(1);
  expect(fixture.twitch.control.connections().chat.map(({ login }) => login)).toEqual(['luna_bot']);
});

test('reconnects with the new token as soon as Castkey tells of one, if the bot wants that', async () => {
  const { chat, authProvider } = await openChat();
  authProvider.onTokenChange(({ type }) => {
    if (type === 'token.changed') chat.reconnect();
  });
  const [before] = fixture.twitch.control.connections().chat;
  const back = happens(chat.onJoin);
  expect(await fixture.vault.actions['account.refresh'].run({ userId: BOT })).toMatchObject({ ok: true });
  await back;
  await speak(chat, 'reconnected');
  const [after] = fixture.twitch.control.connections().chat;
  expect(after?.id).not.toBe(before?.id);
  expect(fixture.refreshes()).toBe(1);
});

test('goes on trying when Twitch refuses good tokens for a while', async () => {
  const { chat } = await openChat();
  fixture.twitch.control.refuseLogins({ times: 2 });
  const back = happens(chat.onJoin);
  fixture.twitch.control.drop({ kind: 'chat' });
  await back;
  await speak(chat, 'here again');
  expect(fixture.refreshes()).toBe(0);
});
