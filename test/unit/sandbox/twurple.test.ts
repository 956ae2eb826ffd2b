import { ApiClient } from '@twurple/api';
import {
  exchangeDeviceCode,
  getAppToken,
  getTokenInfo,
  RefreshingAuthProvider,
  revokeToken,
  startDeviceCodeFlow,
} from '@twurple/auth';
import { afterEach, expect, test, vi } from 'vitest';
import { BOT, LUNA } from '../../support/people.ts';
import { CONFIDENTIAL, PUBLIC, type SandboxFixture, startFixture } from './sandbox-fixture.ts';

// The real library, sent here by the variable it reads on every call (@twurple/common, mockApiPort).
afterEach(() => vi.unstubAllEnvs());

const SCOPES = ['user:write:chat', 'moderator:read:chatters', 'chat:read'];

async function twurpleStage(): Promise<SandboxFixture> {
  const fixture = await startFixture({ now: Date.now });
  vi.stubEnv('TWURPLE_MOCK_API_PORT', String(fixture.sandbox.port));
  return fixture;
}

async function deviceToken(fixture: SandboxFixture, user: string, scopes = SCOPES) {
  const code = await startDeviceCodeFlow(PUBLIC.client_id, scopes);
  fixture.sandbox.control.approveDevice(code.userCode, user);
  return exchangeDeviceCode(PUBLIC.client_id, code.deviceCode, scopes);
}

async function botClient(fixture: SandboxFixture, user = BOT) {
  const provider = new RefreshingAuthProvider({ clientId: PUBLIC.client_id });
  const refreshed: string[] = [];
  provider.onRefresh((userId) => void refreshed.push(userId));
  provider.addUser(user, await deviceToken(fixture, user), ['chat']);
  return { api: new ApiClient({ authProvider: provider }), provider, refreshed };
}

test('the device code flow, validation and revocation', async () => {
  const fixture = await twurpleStage();
  const code = await startDeviceCodeFlow(PUBLIC.client_id, SCOPES);
  await expect(exchangeDeviceCode(PUBLIC.client_id, code.deviceCode, SCOPES)).rejects.toThrow(
    'authorization_pending',
  );
  fixture.sandbox.control.approveDevice(code.userCode, 'luna_bot');
  const token = await exchangeDeviceCode(PUBLIC.client_id, code.deviceCode, SCOPES);
  expect(token).toMatchObject({ scope: SCOPES, expiresIn: 14_400 });
  expect(await getTokenInfo(token.accessToken)).toMatchObject({
    userId: BOT,
    userName: 'luna_bot',
    scopes: SCOPES,
  });
  await revokeToken(PUBLIC.client_id, token.accessToken);
  await expect(getTokenInfo(token.accessToken)).rejects.toThrow('Invalid token supplied');
});

test('an app token', async () => {
  await twurpleStage();
  const token = await getAppToken(CONFIDENTIAL.client_id, CONFIDENTIAL.client_secret);
  expect(await getTokenInfo(token.accessToken)).toMatchObject({
    userId: null,
    clientId: CONFIDENTIAL.client_id,
  });
});

test('ApiClient reads users, channels, chatters and streams, and writes in chat', async () => {
  const fixture = await twurpleStage();
  const { api } = await botClient(fixture);
  expect((await api.asUser(BOT, (bot) => bot.users.getUserByName('luna_streams')))?.id).toBe(LUNA);
  fixture.sandbox.control.setLive(LUNA, true);
  expect((await api.asUser(BOT, (bot) => bot.streams.getStreamByUserId(LUNA)))?.userName).toBe(
    'luna_streams',
  );
  expect((await api.asUser(BOT, (bot) => bot.channels.getChannelInfoById(LUNA)))?.title).toMatch(/rocket/);
  const chatters = await api.asUser(BOT, (bot) => bot.chat.getChatters(LUNA));
  expect(chatters.total).toBe(5);
  const sent = await api.asUser(BOT, (bot) => bot.chat.sendChatMessage(LUNA, 'hello'));
  expect(sent.isSent).toBe(true);
  expect(fixture.sandbox.control.chatMessages()).toMatchObject([{ senderId: BOT, text: 'hello' }]);
});

test('calls at once all come back: the limiter finds its headers', async () => {
  const fixture = await twurpleStage();
  const { api } = await botClient(fixture);
  const found = await Promise.all(
    Array.from({ length: 20 }, () => api.asUser(BOT, (bot) => bot.users.getUserById(LUNA))),
  );
  expect(found.map((user) => user?.name)).toEqual(Array(20).fill('luna_streams'));
});

test('a dead token is refreshed, and the call repeated', async () => {
  const fixture = await twurpleStage();
  const { api, refreshed } = await botClient(fixture);
  expect(fixture.sandbox.control.expireTokens({ user: BOT })).toBe(1);
  expect((await api.asUser(BOT, (bot) => bot.users.getUserById(LUNA)))?.name).toBe('luna_streams');
  expect(refreshed).toEqual([BOT]);
  expect(fixture.sandbox.control.requests({ grantType: 'refresh_token' })).toHaveLength(1);
});

test('five refreshes at once with a token that works once: one succeeds', async () => {
  const fixture = await twurpleStage();
  const { provider } = await botClient(fixture);
  const outcomes = await Promise.allSettled(
    Array.from({ length: 5 }, () => provider.refreshAccessTokenForUser(BOT)),
  );
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  const counts = fixture.sandbox.control.requests({ grantType: 'refresh_token' }).map(({ status }) => status);
  expect(counts.sort()).toEqual([200, 400, 400, 400, 400]);
});

test('a missing scope is a 401 that names it', async () => {
  const fixture = await twurpleStage();
  const provider = new RefreshingAuthProvider({ clientId: PUBLIC.client_id });
  // Twurple checks scopes itself; a stale list of them is how a request gets out at all.
  const token = await deviceToken(fixture, LUNA, ['chat:read']);
  provider.addUser(LUNA, { ...token, scope: ['chat:read', 'channel:read:subscriptions'] });
  const api = new ApiClient({ authProvider: provider });
  await expect(api.subscriptions.getSubscriptions(LUNA)).rejects.toThrow(/channel:read:subscriptions/);
  expect(fixture.sandbox.control.requests({ path: '/helix/subscriptions', status: 401 })).not.toEqual([]);
});
