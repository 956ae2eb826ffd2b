import { once } from 'node:events';
import { ApiClient } from '@twurple/api';
import { ChatClient } from '@twurple/chat';
import type { CastkeyAuthProvider } from 'castkey-client';
import { afterEach, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { aimTwurpleAt, chatAt, happens, QUIET } from '../support/library-bot-fixture.ts';
import { freshHome, launchCastkey, removeHome, TITLES } from './castkey.ts';
import { BOT, LUNA, type Stage, setStage } from './stage.ts';
import { answerApproval, consentHere } from './streamer.ts';

afterEach(() => vi.unstubAllEnvs());

/** A chat bot whose account the streamer chooses in the approval window, and consents for at Twitch. */
async function approvedBot(stage: Stage): Promise<CastkeyAuthProvider> {
  const pairing = stage.bot('chat-bot', {
    wants: [{ intent: 'chat', scopes: [['chat:read'], ['chat:edit']] }],
  });
  const approval = await stage.castkey.window(TITLES.approval);
  await approval.getByRole('radio', { name: BOT.login, exact: true }).check();
  await answerApproval(stage.castkey, 'Always allow');
  const authProvider = await pairing;
  const asked = authProvider.getAccessTokenForIntent('chat', ['chat:read'], ['chat:edit']);
  await consentHere(stage.castkey, stage.twitch.url, BOT.login);
  expect((await asked)?.userId).toBe(BOT.id);
  return authProvider;
}

test('Twurple’s chat and API clients live on the real vault, through its death and its return', async () => {
  const stage = await setStage({ accounts: [BOT.login] });
  const { control } = stage.twitch;
  aimTwurpleAt(stage);
  const authProvider = await approvedBot(stage);
  const api = new ApiClient({ authProvider, ...QUIET });
  const chat = new ChatClient({ authProvider, channels: [LUNA.login], ...chatAt(stage), ...QUIET });
  try {
    const joined = happens(chat.onJoin);
    chat.connect();
    await joined;
    const me = (): Promise<string> => api.users.getAuthenticatedUser(BOT.id).then(({ name }) => name);
    const speak = async (words: string): Promise<void> => {
      await chat.say(LUNA.login, words);
      await expect.poll(() => control.chatMessages().at(-1)).toMatchObject({ senderId: BOT.id, text: words });
    };
    expect(await me()).toBe(BOT.login);
    await speak('hello');

    const lost = new Promise<void>((resolve) => {
      authProvider.onStatus(({ connection }) => connection === 'reconnecting' && resolve());
    });
    const gone = once(stage.castkey.process, 'exit');
    stage.castkey.process.kill('SIGKILL');
    await Promise.all([gone, lost]);
    expect(await Promise.all([me(), me(), me()])).toEqual([BOT.login, BOT.login, BOT.login]);
    const back = happens(chat.onJoin);
    control.drop({ kind: 'chat' });
    await back;
    await speak('the vault is dead, the bot is not');

    const mended = new Promise<void>((resolve) => {
      authProvider.onStatus(({ connection }) => connection === 'connected' && resolve());
    });
    await stage.restart();
    await mended;
    control.expireTokens({ user: BOT.login });
    const before = stage.tokenRequests('refresh_token');
    expect(await me()).toBe(BOT.login);
    expect(stage.tokenRequests('refresh_token') - before).toBe(1);
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
