import { ApiClient } from '@twurple/api';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { flatAccounts } from '../../support/flat-accounts.ts';
import { aimTwurpleAt, connectBot, QUIET } from '../../support/library-bot-fixture.ts';
import { BOT, LUNA } from '../../support/people.ts';
import { openRecordedVault, type RecordedVaultFixture } from '../../support/recorded-vault-fixture.ts';

const TOKEN_METHODS = /^(get\w+Token|refresh)/;
let fixture: RecordedVaultFixture;
let version = 0;

/** `ofApp`: the streamer lets it have the application's token, too. */
async function openApi(scopes: string[] = ['moderator:read:chatters'], ofApp = false): Promise<ApiClient> {
  version += 1;
  const wants = [{ user: LUNA, scopes: scopes.map((scope) => [scope]) }];
  const authProvider = await connectBot(fixture, `api-bot-${version}`, { wants });
  if (ofApp) await authProvider.getAppAccessToken();
  fixture.asked.length = 0;
  fixture.twitch.control.clearRequests();
  return new ApiClient({ authProvider, ...QUIET });
}

const tokenRequests = (): string[] => fixture.asked.filter((method) => TOKEN_METHODS.test(method));
/** To the bot: Castkey looks up who people are by itself. */
const isLookUp = ({ path }: { path: string }): boolean =>
  ['/helix/users', '/profile-picture.png'].includes(path);
const requests = (filter: { status?: number } = {}) =>
  fixture.twitch.control.requests(filter).filter((one) => !isLookUp(one));
const helixAnswers = (status: number): number => requests({ status }).length;

afterEach(() => vi.unstubAllEnvs());

describe('with a public application', () => {
  beforeAll(async () => {
    fixture = await openRecordedVault();
    await fixture.signIn(LUNA, ['moderator:read:chatters', 'user:read:email'], ['api']);
  });
  afterAll(() => fixture.close());
  beforeEach(() => aimTwurpleAt(fixture));

  test('fifty calls at once cost one question to the vault, and later ones none', async () => {
    const api = await openApi();
    const calls = Array.from({ length: 50 }, () => api.chat.getChatters(LUNA));
    const answers = await Promise.all(calls);
    expect(answers.map(({ data }) => data.length)).toEqual(Array(50).fill(5));
    expect(tokenRequests()).toEqual(['getAccessTokenForUser']);
    await api.chat.getChatters(LUNA);
    await api.chat.getChatters(LUNA);
    expect(fixture.asked).toEqual(['getAccessTokenForUser']);
    expect(helixAnswers(200)).toBe(52);
  });

  test('fifty calls with a token that died at Twitch cost one refresh there, and all are answered', async () => {
    const api = await openApi();
    await api.chat.getChatters(LUNA);
    fixture.twitch.control.expireTokens({ user: LUNA });
    const calls = Array.from({ length: 50 }, () => api.chat.getChatters(LUNA));
    expect((await Promise.all(calls)).map(({ data }) => data.length)).toEqual(Array(50).fill(5));
    expect(fixture.refreshes()).toBe(1);
  });

  test('a refused token that was already renewed for somebody else costs Twitch nothing', async () => {
    version += 1;
    const bot = await connectBot(fixture, `api-bot-${version}`, { wants: [{ user: LUNA }] });
    const old = await bot.getAccessTokenForUser(LUNA);
    fixture.pass(10_000);
    expect(await fixture.vault.actions['account.refresh'].run({ userId: LUNA })).toMatchObject({ ok: true });
    fixture.pass(10_000);
    fixture.twitch.control.clearRequests();
    const renewed = await bot.refreshAccessTokenForUser(LUNA);
    expect(renewed.accessToken).not.toBe(old?.accessToken);
    expect(requests()).toEqual([]);
  });

  test('a 401 for a missing scope burns no refresh and does not lose the login', async () => {
    const api = await openApi();
    await api.chat.getChatters(LUNA);
    fixture.twitch.control.addFault({
      path: '/helix/chat/chatters',
      times: 2,
      effect: { kind: 'status', status: 401, message: 'Missing scope: moderator:read:chatters' },
    });
    await expect(api.chat.getChatters(LUNA)).rejects.toThrow('Missing scope');
    expect(fixture.refreshes()).toBe(0);
    expect((await api.chat.getChatters(LUNA)).data).toHaveLength(5);
    expect(flatAccounts(fixture.vault.view())[0]?.state).toBe('ok');
  });

  test('a scope the account lacks is asked of the streamer, and the call then answered', async () => {
    const api = await openApi(['moderator:read:chatters', 'channel:read:subscriptions']);
    const { total } = await api.subscriptions.getSubscriptions(LUNA);
    expect(total).toBe(4);
    expect(fixture.refreshes()).toBe(0);
  });

  test('a locked vault takes no bot down, and gives it nothing new', async () => {
    const api = await openApi();
    await api.chat.getChatters(LUNA);
    expect(await fixture.vault.actions['vault.lock'].run()).toMatchObject({ ok: true });
    expect((await api.chat.getChatters(LUNA)).data).toHaveLength(5);
    expect(tokenRequests()).toEqual(['getAccessTokenForUser']);
    await expect(api.moderation.getModerators(LUNA)).rejects.toMatchObject({ code: 'locked' });
    expect(await fixture.vault.actions['vault.unlock'].run({})).toMatchObject({ ok: true });
  });

  test('a user the vault does not have is nobody, and a name is no user', async () => {
    const api = await openApi();
    await expect(api.users.getAuthenticatedUser(BOT)).rejects.toThrow(/no token was found/);
    await expect(api.users.getAuthenticatedUser('luna_streams')).rejects.toMatchObject({ code: 'bad-user' });
  });

  test('public look-ups go with a user’s token, since there is none of the application', async () => {
    const api = await openApi();
    expect((await api.users.getUserByName('pixelpia'))?.displayName).toBe('PixelPia');
    expect(tokenRequests()).toEqual(['getAnyAccessToken']);
  });
});

describe('with a confidential application', () => {
  beforeAll(async () => {
    fixture = await openRecordedVault({ kind: 'confidential' });
    await fixture.signIn(LUNA, ['moderator:read:chatters']);
  });
  afterAll(() => fixture.close());
  beforeEach(() => aimTwurpleAt(fixture));

  test('calls of the application itself share one app token, renewed once when it dies', async () => {
    const api = await openApi([], true);
    const lookUp = (): Promise<unknown[]> =>
      Promise.all(Array.from({ length: 10 }, () => api.streams.getStreamByUserId(LUNA)));
    expect(await lookUp()).toHaveLength(10);
    expect(tokenRequests()).toEqual(['getAnyAccessToken']);
    fixture.asked.length = 0;
    const appCall = () => api.withoutUser(async (ctx) => (await ctx.users.getUserById(BOT))?.name);
    expect(await appCall()).toBe('luna_bot');
    fixture.pass(10_000);
    fixture.twitch.control.expireTokens();
    fixture.twitch.control.clearRequests();
    expect(await appCall()).toBe('luna_bot');
    expect(fixture.twitch.control.requests({ grantType: 'client_credentials' })).toHaveLength(1);
    expect(tokenRequests()).toEqual(['getAnyAccessToken', 'getAppAccessToken']);
  });
});
