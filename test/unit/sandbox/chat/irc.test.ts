import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BOT, bearer, CONFIDENTIAL, LUNA, PUBLIC, setStage, signIn, text } from '../sandbox-fixture.ts';
import { type LineClient, openChatAs, openLines } from '../websocket-fixture.ts';

const QUINN = '700100005';
async function joined(client: LineClient, channel = 'luna_streams'): Promise<void> {
  client.say(`JOIN #${channel}`);
  await client.hear('ROOMSTATE', `#${channel}`);
}

describe('logging in to chat', () => {
  test('greets whom the token belongs to, whatever NICK says', async () => {
    const stage = await setStage();
    const token = text(await signIn(stage, { user: BOT }), 'access_token');
    const client = await openLines(stage);
    client.say(`PASS oauth:${token}`, 'NICK somebody_else');
    expect(await client.hear(' 001 ')).toBe(':tmi.twitch.tv 001 luna_bot :Welcome, GLHF!');
    expect(await client.hear(' 376 ')).toBe(':tmi.twitch.tv 376 luna_bot :>');
    expect(stage.sandbox.control.connections().chat).toMatchObject([{ login: 'luna_bot', userId: BOT }]);
  });

  test.each<[string, (token: string) => string, string]>([
    ['a dead token', () => 'PASS oauth:nonsense', 'Login authentication failed'],
    ['no prefix', (token) => `PASS ${token}`, 'Improperly formatted auth'],
    ['no password', () => 'PING', 'Improperly formatted auth'],
  ])('refuses %s', async (_, pass, words) => {
    const stage = await setStage();
    const token = text(await signIn(stage), 'access_token');
    const client = await openLines(stage);
    client.say(pass(token), 'NICK luna_streams');
    expect(await client.hear('NOTICE')).toBe(`:tmi.twitch.tv NOTICE * :${words}`);
    expect(stage.sandbox.control.connections().chat).toMatchObject([{ login: null }]);
  });

  test('refuses a token without a chat scope, an app token, and an expired one', async () => {
    const stage = await setStage();
    const other = text(await signIn(stage, { scopes: 'user:read:email' }), 'access_token');
    const expired = text(await signIn(stage), 'access_token');
    stage.sandbox.control.expireToken(expired);
    const grant = { ...CONFIDENTIAL, grant_type: 'client_credentials' };
    const app = text(await stage.post('/oauth2/token', grant), 'access_token');
    for (const token of [other, expired, app]) {
      const client = await openLines(stage);
      client.say(`PASS oauth:${token}`, 'NICK luna_streams');
      expect(await client.hear('NOTICE')).toContain('Login authentication failed');
    }
  });

  test('lets anybody listen without a password', async () => {
    const stage = await setStage();
    const client = await openLines(stage, '/');
    client.say('NICK justinfan123', 'JOIN #luna_streams');
    await client.hear('366', '#luna_streams');
    stage.sandbox.control.say('luna_streams', 'quiet_quinn', 'hello');
    expect(await client.hear('PRIVMSG')).toBe(
      ':quiet_quinn!quiet_quinn@quiet_quinn.tmi.twitch.tv PRIVMSG #luna_streams :hello',
    );
  });

  test('refuses good tokens for as long as it is told to', async () => {
    const stage = await setStage();
    const token = text(await signIn(stage), 'access_token');
    expect((await stage.send('/sandbox/chat/refuse', { times: 2 })).status).toBe(204);
    const client = await openLines(stage);
    for (const outcome of ['NOTICE', 'NOTICE', ' 001 ']) {
      client.say(`PASS oauth:${token}`, 'NICK luna_streams');
      expect(await client.hear('tmi.twitch.tv')).toContain(outcome);
    }
  });

  test('takes twenty logins in ten seconds and no more', async () => {
    const stage = await setStage();
    const token = text(await signIn(stage), 'access_token');
    const attempt = async (): Promise<string> => {
      const client = await openLines(stage);
      client.say(`PASS oauth:${token}`, 'NICK luna_streams');
      return client.hear('tmi.twitch.tv');
    };
    for (let logins = 0; logins < 20; logins += 1) expect(await attempt()).toContain(' 001 ');
    expect(await attempt()).toContain('Login authentication failed');
    stage.advance(10);
    expect(await attempt()).toContain(' 001 ');
  });
});

describe('capabilities', () => {
  test('are listed, granted, and refused as a whole when one is unknown', async () => {
    const client = await openLines(await setStage());
    client.say('CAP LS 302', 'CAP REQ :twitch.tv/tags unknown', 'CAP REQ :twitch.tv/tags');
    expect(await client.hear('LS')).toContain(':twitch.tv/tags twitch.tv/commands twitch.tv/membership');
    expect(await client.hear('NAK')).toBe(':tmi.twitch.tv CAP * NAK :twitch.tv/tags unknown');
    expect(await client.hear('ACK')).toBe(':tmi.twitch.tv CAP * ACK :twitch.tv/tags');
  });

  test('bring tags, and who comes and goes, only to those who asked', async () => {
    const stage = await setStage();
    const plain = await openLines(stage);
    plain.say('NICK justinfan1', 'JOIN #luna_streams');
    await plain.hear('366');
    const member = await openLines(stage);
    member.say('CAP REQ :twitch.tv/membership', 'NICK justinfan2', 'JOIN #luna_streams');
    await member.hear('366');
    const bot = await openChatAs(stage, BOT);
    await joined(bot);
    expect(await member.hear('JOIN')).toBe(':luna_bot!luna_bot@luna_bot.tmi.twitch.tv JOIN #luna_streams');
    bot.close();
    expect(await member.hear('PART')).toContain('luna_bot');
    stage.sandbox.control.say(LUNA, QUINN, 'x');
    expect(await plain.hear('tmi.twitch.tv')).toMatch(/^:quiet_quinn.* PRIVMSG /);
  });
});

describe('in a channel', () => {
  test('joining tells one’s own state and the room’s', async () => {
    const stage = await setStage();
    const bot = await openChatAs(stage, BOT);
    bot.say('JOIN #Luna_Streams,#nobody_there');
    expect(await bot.hear('JOIN')).toContain('luna_bot.tmi.twitch.tv JOIN #luna_streams');
    expect(await bot.hear('USERSTATE')).toContain('badges=moderator/1');
    expect(await bot.hear('ROOMSTATE')).toContain(`room-id=${LUNA}`);
    expect(await bot.hear('NOTICE')).toContain('msg-id=msg_channel_suspended');
    expect(stage.sandbox.control.connections().chat[0]?.channels).toEqual(['luna_streams']);
    bot.say('PART #luna_streams');
    await bot.hear('PART');
    expect(stage.sandbox.control.connections().chat[0]?.channels).toEqual([]);
  });

  test('what one says the others hear, and Helix’s record too', async () => {
    const stage = await setStage();
    const [bot, luna] = [await openChatAs(stage, BOT), await openChatAs(stage, LUNA)];
    await joined(bot);
    await joined(luna);
    bot.say('PRIVMSG #luna_streams :hello : there');
    const heard = await luna.hear('PRIVMSG');
    expect(heard).toMatch(/ PRIVMSG #luna_streams :hello : there$/);
    expect(heard).toContain(`user-id=${BOT};`);
    const own = await bot.hear('tmi.twitch.tv');
    expect(own).toContain('USERSTATE');
    const [kept] = stage.sandbox.control.chatMessages();
    expect(kept).toMatchObject({ senderId: BOT, text: 'hello : there', action: false });
    expect(own).toContain(`id=${kept?.id}`);
    expect(heard).toContain(`id=${kept?.id}`);
    expect(bot.unread()).toEqual([]);
    luna.say(`@reply-parent-msg-id=${kept?.id} PRIVMSG #luna_streams :\u0001ACTION waves\u0001`);
    const answer = await bot.hear('PRIVMSG');
    expect(answer).toContain(`reply-parent-msg-id=${kept?.id}`);
    expect(answer.endsWith(' :\u0001ACTION waves\u0001')).toBe(true);
  });

  test('hears what is said through Helix, one’s own too', async () => {
    const stage = await setStage();
    const bot = await openChatAs(stage, BOT, 'chat:read user:write:chat');
    await joined(bot);
    const fields = { broadcaster_id: LUNA, sender_id: BOT, message: 'by Helix' };
    expect((await stage.send('/helix/chat/messages', fields, bearer(bot.token))).status).toBe(200);
    expect(await bot.hear('PRIVMSG')).toMatch(/:by Helix$/);
  });

  test('needs chat:edit to speak and chat:read to hear', async () => {
    const stage = await setStage();
    const [reader, writer] = [
      await openChatAs(stage, LUNA, 'chat:read'),
      await openChatAs(stage, BOT, 'chat:edit'),
    ];
    await joined(reader);
    await joined(writer);
    reader.say('PRIVMSG #luna_streams :x');
    expect(await reader.hear('NOTICE')).toContain('msg-id=no_permission');
    writer.say('PRIVMSG #luna_streams :y');
    expect(await reader.hear('PRIVMSG')).toMatch(/:y$/);
    stage.sandbox.control.say(LUNA, QUINN, 'not for the writer');
    writer.say('PING :end');
    await writer.hear('USERSTATE');
    expect(await writer.hear('tmi.twitch.tv')).toContain('PONG');
  });

  test('drops messages and joins beyond Twitch’s limits', async () => {
    const stage = await setStage();
    const quinn = await openChatAs(stage, QUINN);
    for (let sent = 0; sent < 21; sent += 1) quinn.say(`PRIVMSG #luna_streams :${sent}`);
    expect(await quinn.hear('NOTICE')).toContain('msg-id=msg_ratelimit');
    expect(stage.sandbox.control.chatMessages()).toHaveLength(20);
    stage.advance(30);
    quinn.say('PRIVMSG #luna_streams :again');
    await quinn.hear('USERSTATE');
    for (let joins = 0; joins < 21; joins += 1) quinn.say('JOIN #pixelpia');
    quinn.say('PING :end');
    await quinn.hear('PONG');
    quinn.say('JOIN #modmax', 'PING :end');
    expect(await quinn.hear('tmi.twitch.tv')).toContain('PONG');
  });
});

describe('a connection', () => {
  test('is pinged, and cut off when it does not answer', async () => {
    const waits: (() => void)[] = [];
    const stage = await setStage({ delay: () => new Promise<void>((resolve) => waits.push(resolve)) });
    const pass = (): void => {
      for (const go of waits.splice(0)) go();
    };
    const client = await openLines(stage);
    pass();
    expect(await client.hear('PING')).toBe('PING :tmi.twitch.tv');
    client.say('PONG :tmi.twitch.tv', 'PING');
    expect(await client.hear('PONG')).toBe('PONG :tmi.twitch.tv');
    pass();
    await client.hear('PING');
    await expect.poll(() => waits.length).toBe(1);
    pass();
    expect(await client.closed).toBe(1005);
  });

  test('outlives its token’s expiry, but not that it is taken back', async () => {
    const stage = await setStage();
    const [bot, luna] = [await openChatAs(stage, BOT), await openChatAs(stage, LUNA)];
    await joined(luna);
    stage.sandbox.control.expireTokens();
    luna.say('PRIVMSG #luna_streams :still here');
    await luna.hear('USERSTATE');
    expect(stage.sandbox.control.disconnect({ user: LUNA })).toBe(1);
    await luna.closed;
    expect(stage.sandbox.control.connections().chat).toMatchObject([{ login: 'luna_bot' }]);
    const token = text(await signIn(stage, { user: QUINN }), 'access_token');
    const quinn = await openLines(stage);
    quinn.say(`PASS oauth:${token}`, 'NICK q');
    await quinn.hear(' 376 ');
    await stage.post('/oauth2/revoke', { ...PUBLIC, token });
    await quinn.closed;
    expect(bot.unread()).toEqual([]);
  });

  test('is asked to reconnect, or dropped, by the control', async () => {
    const stage = await setStage();
    const [bot, luna] = [await openChatAs(stage, BOT), await openChatAs(stage, LUNA)];
    const reconnect = await stage.send('/sandbox/connections/reconnect', { kind: 'chat', user: 'luna_bot' });
    expect(reconnect.body).toEqual({ asked: 1 });
    expect(await bot.hear('RECONNECT')).toBe(':tmi.twitch.tv RECONNECT');
    expect((await stage.send('/sandbox/connections/drop', { user: LUNA })).body).toEqual({ dropped: 1 });
    await luna.closed;
    expect((await stage.get('/sandbox/connections')).body).toMatchObject({ chat: [{ userId: BOT }] });
  });

  test('is not there for other hosts, other paths, and while a fault strikes', async () => {
    const stage = await setStage();
    await expect(openLines(stage, '/nowhere')).rejects.toThrow('404');
    stage.sandbox.control.addFault({ path: '/irc', effect: { kind: 'status', status: 503 } });
    await expect(openLines(stage)).rejects.toThrow('503');
    stage.sandbox.control.addFault({ path: '/irc', effect: { kind: 'reset' } });
    await expect(openLines(stage)).rejects.toThrow(/ECONNRESET|hang up/);
    await openLines(stage);
    expect(stage.sandbox.control.requests({ path: '/irc' }).map(({ status }) => status)).toEqual([
      503,
      null,
      101,
    ]);
    const elsewhere = {
      sandbox: { ...stage.sandbox, url: stage.sandbox.url.replace('127.0.0.1', 'localhost.') },
    };
    await expect(openLines(elsewhere)).rejects.toThrow(/421|ENOTFOUND/);
  });

  test('may say nonsense', async () => {
    const stage = await setStage();
    const client = await openLines(stage);
    const nonsense = [
      '',
      ' ',
      '@',
      '@a=b',
      ':x',
      ': ',
      'PRIVMSG',
      'JOIN',
      'CAP',
      'NICK',
      '\u0000',
      'constructor',
      '__proto__ x',
    ];
    client.say(...nonsense, '@a=\\ PING :still there');
    expect(await client.hear('PONG')).toContain('still there');
  });

  test('may say anything at all without harm to the others', async () => {
    const stage = await setStage();
    const bot = await openChatAs(stage, BOT);
    const word = fc.oneof(
      fc.constantFrom('CAP', 'REQ', 'PRIVMSG', 'JOIN', 'PART', '#luna_streams', '@a=b', ':x', ':', ','),
      fc.string(),
    );
    const lines = fc.sample(
      fc.array(word, { maxLength: 6 }).map((words) => words.join(' ').replaceAll('QUIT', '')),
      500,
    );
    bot.say(...lines, 'PING :still there');
    expect(await bot.hear('still there')).toContain('PONG');
    expect((await openChatAs(stage, LUNA)).token).toMatch(/^\w+$/);
  });
});
