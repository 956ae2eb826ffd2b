import { once } from 'node:events';
import { ApiClient } from '@twurple/api';
import { ChatClient } from '@twurple/chat';
import type { CastkeyAuthProvider } from 'castkey-client';
import { afterEach, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { aimTwurpleAt, chatAt, happens, QUIET } from '../support/library-bot-fixture.ts';
import { BOT, LOGINS, LUNA } from '../support/people.ts';
import { type CastkeyFixture, openCastkeyFixture } from './castkey-fixture.ts';
import { freshHome, launchCastkey, removeHome, TITLES } from './castkey-process.ts';
import { answerApproval, consentHere } from './window-actions.ts';

afterEach(() => vi.unstubAllEnvs());

/** A chat bot whose account the streamer chooses in the approval window, and consents for at Twitch. */
async function approvedBot(fixture: CastkeyFixture): Promise<CastkeyAuthProvider> {
  const pairing = fixture.bot('chat-bot', {
    wants: [{ intent: 'chat', scopes: [['chat:read'], ['chat:edit']] }],
  });
  const approval = await fixture.castkey.window(TITLES.approval);
  await approval.getByRole('radio', { name: LOGINS[BOT], exact: true }).check();
  await answerApproval(fixture.castkey, 'Always allow');
  const authProvider = await pairing;
  const asked = authProvider.getAccessTokenForIntent('chat', ['chat:read'], ['chat:edit']);
  await consentHere(fixture.castkey, fixture.twitch.url, LOGINS[BOT]);
  expect((await asked)?.userId).toBe(BOT);
  return authProvider;
}

test('Twurple’s chat and API clients live on the real vault, through its death and its return', async () => {
  const fixture = await openCastkeyFixture({ accounts: [LOGINS[BOT]] });
  const { control } = fixture.twitch;
  aimTwurpleAt(fixture);
  const authProvider = await approvedBot(fixture);
  const api = new ApiClient({ authProvider, ...QUIET });
  const chat = new ChatClient({ authProvider, channels: [LOGINS[LUNA]], ...chatAt(fixture), ...QUIET });
  try {
    const joined = happens(chat.onJoin);
    chat.connect();
    await joined;
    const me = (): Promise<string> => api.users.getAuthenticatedUser(BOT).then(({ name }) => name);
    const speak = async (words: string): Promise<void> => {
      await chat.say(LOGINS[LUNA], words);
      await expect.poll(() => control.chatMessages().at(-1)).toMatchObject({ senderId: BOT, text: words });
    };
    expect(await me()).toBe(LOGINS[BOT]);
    await speak('hello');

    const lost = new Promise<void>((resolve) => {
      authProvider.onStatus(({ connection }) => connection === 'reconnecting' && resolve());
    });
    const gone = once(fixture.castkey.process, 'exit');
    fixture.castkey.process.kill('SIGKILL');
    await Promise.all([gone, lost]);
    expect(await Promise.all([me(), me(), me()])).toEqual([LOGINS[BOT], LOGINS[BOT], LOGINS[BOT]]);
    const back = happens(chat.onJoin);
    control.drop({ kind: 'chat' });
    await back;
    await speak('the vault is dead, the bot is not');

    const mended = new Promise<void>((resolve) => {
      authProvider.onStatus(({ connection }) => connection === 'connected' && resolve());
    });
    await fixture.restart();
    await mended;
    control.expireTokens({ user: LOGINS[BOT] });
    const before = fixture.tokenRequests('refresh_token');
    expect(await me()).toBe(LOGINS[BOT]);
    expect(fixture.tokenRequests('refresh_token') - before).toBe(1);
  } finally {
    chat.quit();
  }
});

test('the built-in sandbox has its chat inside the real program too', async () => {
  const home = freshHome();
  const castkey = await launchCastkey({ home, args: ['--sandbox'] });
  try {
    const main = await castkey.main();
    const banner = await main
      .getByText(/127\.0\.0\.1:\d+/)
      .first()
      .textContent();
    const socket = new WebSocket(`ws://${/127\.0\.0\.1:\d+/.exec(banner ?? '')?.[0]}/irc`);
    await once(socket, 'open');
    socket.send('NICK justinfan1');
    const [greeting] = await once(socket, 'message');
    expect(String(greeting)).toContain('001 justinfan1');
    socket.terminate();
  } finally {
    await castkey.quit();
    await removeHome(home);
  }
});
