import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BOT, LUNA, QUINN } from '../../../support/people.ts';
import { PUBLIC, signIn, startFixture, text } from '../sandbox-fixture.ts';
import { joined, openChatAs, openWebSocket } from '../websocket-fixture.ts';

describe('a connection', () => {
  test('is pinged, and cut off when it does not answer', async () => {
    const waits: (() => void)[] = [];
    const fixture = await startFixture({ delay: () => new Promise<void>((resolve) => waits.push(resolve)) });
    const pass = (): void => {
      for (const go of waits.splice(0)) go();
    };
    const client = await openWebSocket(fixture);
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
    const fixture = await startFixture();
    const [bot, luna] = [await openChatAs(fixture, BOT), await openChatAs(fixture, LUNA)];
    await joined(luna);
    fixture.sandbox.control.expireTokens();
    luna.say('PRIVMSG #luna_streams :still here');
    await luna.hear('USERSTATE');
    expect(fixture.sandbox.control.disconnect({ user: LUNA })).toBe(1);
    await luna.closed;
    expect(fixture.sandbox.control.connections().chat).toMatchObject([{ login: 'luna_bot' }]);
    const token = text(await signIn(fixture, { user: QUINN }), 'access_token');
    const quinn = await openWebSocket(fixture);
    quinn.say(`PASS oauth:${token}`, 'NICK q');
    await quinn.hear(' 376 ');
    await fixture.post('/oauth2/revoke', { ...PUBLIC, token });
    await quinn.closed;
    expect(bot.unread()).toEqual([]);
  });

  test('is asked to reconnect, or dropped, by the control', async () => {
    const fixture = await startFixture();
    const [bot, luna] = [await openChatAs(fixture, BOT), await openChatAs(fixture, LUNA)];
    const reconnect = await fixture.send('/sandbox/connections/reconnect', {
      kind: 'chat',
      user: 'luna_bot',
    });
    expect(reconnect.body).toEqual({ asked: 1 });
    expect(await bot.hear('RECONNECT')).toBe(':tmi.twitch.tv RECONNECT');
    expect((await fixture.send('/sandbox/connections/drop', { user: LUNA })).body).toEqual({ dropped: 1 });
    await luna.closed;
    expect((await fixture.get('/sandbox/connections')).body).toMatchObject({ chat: [{ userId: BOT }] });
  });

  test('is not there for other hosts, other paths, and while a fault is set', async () => {
    const fixture = await startFixture();
    await expect(openWebSocket(fixture, '/nowhere')).rejects.toThrow('404');
    fixture.sandbox.control.addFault({ path: '/irc', effect: { kind: 'status', status: 503 } });
    await expect(openWebSocket(fixture)).rejects.toThrow('503');
    fixture.sandbox.control.addFault({ path: '/irc', effect: { kind: 'reset' } });
    await expect(openWebSocket(fixture)).rejects.toThrow(/ECONNRESET|hang up/);
    await openWebSocket(fixture);
    expect(fixture.sandbox.control.requests({ path: '/irc' }).map(({ status }) => status)).toEqual([
      503,
      null,
      101,
    ]);
    const elsewhere = {
      sandbox: { ...fixture.sandbox, url: fixture.sandbox.url.replace('127.0.0.1', 'localhost.') },
    };
    await expect(openWebSocket(elsewhere)).rejects.toThrow(/421|ENOTFOUND/);
  });

  test('may say nonsense', async () => {
    const fixture = await startFixture();
    const client = await openWebSocket(fixture);
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
    const fixture = await startFixture();
    const bot = await openChatAs(fixture, BOT);
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
    expect((await openChatAs(fixture, LUNA)).token).toMatch(/^\w+$/);
  });
});
