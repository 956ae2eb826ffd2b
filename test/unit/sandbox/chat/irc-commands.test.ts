import { describe, expect, test } from 'vitest';
import { BOT, LUNA, QUINN } from '../../../support/people.ts';
import { bearer, CONFIDENTIAL, signIn, startFixture, text } from '../sandbox-fixture.ts';
import { joined, openChatAs, openWebSocket } from '../websocket-fixture.ts';

describe('logging in to chat', () => {
  test('greets whom the token belongs to, whatever NICK says', async () => {
    const fixture = await startFixture();
    const token = text(await signIn(fixture, { user: BOT }), 'access_token');
    const client = await openWebSocket(fixture);
    client.say(`PASS oauth:${token}`, 'NICK somebody_else');
    expect(await client.hear(' 001 ')).toBe(':tmi.twitch.tv 001 luna_bot :Welcome, GLHF!');
    expect(await client.hear(' 376 ')).toBe(':tmi.twitch.tv 376 luna_bot :>');
    expect(fixture.sandbox.control.connections().chat).toMatchObject([{ login: 'luna_bot', userId: BOT }]);
  });

  test.each<[string, (token: string) => string, string]>([
    ['a dead token', () => 'PASS oauth:nonsense', 'Login authentication failed'],
    ['no prefix', (token) => `PASS ${token}`, 'Improperly formatted auth'],
    ['no password', () => 'PING', 'Improperly formatted auth'],
  ])('refuses %s', async (_, pass, words) => {
    const fixture = await startFixture();
    const token = text(await signIn(fixture), 'access_token');
    const client = await openWebSocket(fixture);
    client.say(pass(token), 'NICK luna_streams');
    expect(await client.hear('NOTICE')).toBe(`:tmi.twitch.tv NOTICE * :${words}`);
    expect(fixture.sandbox.control.connections().chat).toMatchObject([{ login: null }]);
  });

  test('refuses a token without a chat scope, an app token, and an expired one', async () => {
    const fixture = await startFixture();
    const other = text(await signIn(fixture, { scopes: 'user:read:email' }), 'access_token');
    const expired = text(await signIn(fixture), 'access_token');
    fixture.sandbox.control.expireToken(expired);
    const grant = { ...CONFIDENTIAL, grant_type: 'client_credentials' };
    const app = text(await fixture.post('/oauth2/token', grant), 'access_token');
    for (const token of [other, expired, app]) {
      const client = await openWebSocket(fixture);
      client.say(`PASS oauth:${token}`, 'NICK luna_streams');
      expect(await client.hear('NOTICE')).toContain('Login authentication failed');
    }
  });

  test('lets anybody listen without a password', async () => {
    const fixture = await startFixture();
    const client = await openWebSocket(fixture, '/');
    client.say('NICK justinfan123', 'JOIN #luna_streams');
    await client.hear('366', '#luna_streams');
    fixture.sandbox.control.say('luna_streams', 'quiet_quinn', 'hello');
    expect(await client.hear('PRIVMSG')).toBe(
      ':quiet_quinn!quiet_quinn@quiet_quinn.tmi.twitch.tv PRIVMSG #luna_streams :hello',
    );
  });

  test('refuses good tokens for as long as it is told to', async () => {
    const fixture = await startFixture();
    const token = text(await signIn(fixture), 'access_token');
    expect((await fixture.send('/sandbox/chat/refuse', { times: 2 })).status).toBe(204);
    const client = await openWebSocket(fixture);
    for (const outcome of ['NOTICE', 'NOTICE', ' 001 ']) {
      client.say(`PASS oauth:${token}`, 'NICK luna_streams');
      expect(await client.hear('tmi.twitch.tv')).toContain(outcome);
    }
  });

  test('takes twenty logins in ten seconds and no more', async () => {
    const fixture = await startFixture();
    const token = text(await signIn(fixture), 'access_token');
    const attempt = async (): Promise<string> => {
      const client = await openWebSocket(fixture);
      client.say(`PASS oauth:${token}`, 'NICK luna_streams');
      return client.hear('tmi.twitch.tv');
    };
    for (let logins = 0; logins < 20; logins += 1) expect(await attempt()).toContain(' 001 ');
    expect(await attempt()).toContain('Login authentication failed');
    fixture.advance(10);
    expect(await attempt()).toContain(' 001 ');
  });
});

describe('capabilities', () => {
  test('are listed, granted, and refused as a whole when one is unknown', async () => {
    const client = await openWebSocket(await startFixture());
    client.say('CAP LS 302', 'CAP REQ :twitch.tv/tags unknown', 'CAP REQ :twitch.tv/tags');
    expect(await client.hear('LS')).toContain(':twitch.tv/tags twitch.tv/commands twitch.tv/membership');
    expect(await client.hear('NAK')).toBe(':tmi.twitch.tv CAP * NAK :twitch.tv/tags unknown');
    expect(await client.hear('ACK')).toBe(':tmi.twitch.tv CAP * ACK :twitch.tv/tags');
  });

  test('bring tags, and who comes and goes, only to those who asked', async () => {
    const fixture = await startFixture();
    const plain = await openWebSocket(fixture);
    plain.say('NICK justinfan1', 'JOIN #luna_streams');
    await plain.hear('366');
    const member = await openWebSocket(fixture);
    member.say('CAP REQ :twitch.tv/membership', 'NICK justinfan2', 'JOIN #luna_streams');
    await member.hear('366');
    const bot = await openChatAs(fixture, BOT);
    await joined(bot);
    expect(await member.hear('JOIN')).toBe(':luna_bot!luna_bot@luna_bot.tmi.twitch.tv JOIN #luna_streams');
    bot.close();
    expect(await member.hear('PART')).toContain('luna_bot');
    fixture.sandbox.control.say(LUNA, QUINN, 'x');
    expect(await plain.hear('tmi.twitch.tv')).toMatch(/^:quiet_quinn.* PRIVMSG /);
  });
});

describe('in a channel', () => {
  test('joining tells one’s own state and the room’s', async () => {
    const fixture = await startFixture();
    const bot = await openChatAs(fixture, BOT);
    bot.say('JOIN #Luna_Streams,#nobody_there');
    expect(await bot.hear('JOIN')).toContain('luna_bot.tmi.twitch.tv JOIN #luna_streams');
    expect(await bot.hear('USERSTATE')).toContain('badges=moderator/1');
    expect(await bot.hear('ROOMSTATE')).toContain(`room-id=${LUNA}`);
    expect(await bot.hear('NOTICE')).toContain('msg-id=msg_channel_suspended');
    expect(fixture.sandbox.control.connections().chat[0]?.channels).toEqual(['luna_streams']);
    bot.say('PART #luna_streams');
    await bot.hear('PART');
    expect(fixture.sandbox.control.connections().chat[0]?.channels).toEqual([]);
  });

  test('what one says the others hear, and Helix’s record too', async () => {
    const fixture = await startFixture();
    const [bot, luna] = [await openChatAs(fixture, BOT), await openChatAs(fixture, LUNA)];
    await joined(bot);
    await joined(luna);
    bot.say('PRIVMSG #luna_streams :hello : there');
    const heard = await luna.hear('PRIVMSG');
    expect(heard).toMatch(/ PRIVMSG #luna_streams :hello : there$/);
    expect(heard).toContain(`user-id=${BOT};`);
    const own = await bot.hear('tmi.twitch.tv');
    expect(own).toContain('USERSTATE');
    const [kept] = fixture.sandbox.control.chatMessages();
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
    const fixture = await startFixture();
    const bot = await openChatAs(fixture, BOT, 'chat:read user:write:chat');
    await joined(bot);
    const fields = { broadcaster_id: LUNA, sender_id: BOT, message: 'by Helix' };
    expect((await fixture.send('/helix/chat/messages', fields, bearer(bot.token))).status).toBe(200);
    expect(await bot.hear('PRIVMSG')).toMatch(/:by Helix$/);
  });

  test('needs chat:edit to speak and chat:read to hear', async () => {
    const fixture = await startFixture();
    const [reader, writer] = [
      await openChatAs(fixture, LUNA, 'chat:read'),
      await openChatAs(fixture, BOT, 'chat:edit'),
    ];
    await joined(reader);
    await joined(writer);
    reader.say('PRIVMSG #luna_streams :x');
    expect(await reader.hear('NOTICE')).toContain('msg-id=no_permission');
    writer.say('PRIVMSG #luna_streams :y');
    expect(await reader.hear('PRIVMSG')).toMatch(/:y$/);
    fixture.sandbox.control.say(LUNA, QUINN, 'not for the writer');
    writer.say('PING :end');
    await writer.hear('USERSTATE');
    expect(await writer.hear('tmi.twitch.tv')).toContain('PONG');
  });

  test('drops messages and joins beyond Twitch’s limits', async () => {
    const fixture = await startFixture();
    const quinn = await openChatAs(fixture, QUINN);
    for (let sent = 0; sent < 21; sent += 1) quinn.say(`PRIVMSG #luna_streams :${sent}`);
    expect(await quinn.hear('NOTICE')).toContain('msg-id=msg_ratelimit');
    expect(fixture.sandbox.control.chatMessages()).toHaveLength(20);
    fixture.advance(30);
    quinn.say('PRIVMSG #luna_streams :again');
    await quinn.hear('USERSTATE');
    for (let joins = 0; joins < 21; joins += 1) quinn.say('JOIN #pixelpia');
    quinn.say('PING :end');
    await quinn.hear('PONG');
    quinn.say('JOIN #modmax', 'PING :end');
    expect(await quinn.hear('tmi.twitch.tv')).toContain('PONG');
  });
});
