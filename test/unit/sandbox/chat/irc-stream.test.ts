import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { describe, expect, onTestFinished, test } from 'vitest';
import { BOT, LUNA } from '../../../support/people.ts';
import { type SandboxFixture, signIn, startFixture, text } from '../sandbox-fixture.ts';
import { joined, openChatAs } from '../websocket-fixture.ts';

interface Wire {
  readonly socket: Socket;
  write(bytes: string | Buffer): void;
  /** Everything up to the first line with this in it. */
  until(part: string): Promise<string>;
}

type Way = 'plain' | 'tls';

async function dial({ sandbox }: SandboxFixture, way: Way = 'plain'): Promise<Wire> {
  const at = { host: '127.0.0.1', port: sandbox.port };
  const socket =
    way === 'plain'
      ? connect(at)
      : connectTls({ ...at, servername: 'irc.chat.twitch.tv', ca: sandbox.control.twitch().ca });
  onTestFinished(() => void socket.destroy());
  let said = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    said += chunk;
  });
  socket.on('error', () => {});
  await once(socket, way === 'plain' ? 'connect' : 'secureConnect');
  return {
    socket,
    write: (bytes) => void socket.write(bytes),
    async until(part) {
      await expect.poll(() => said).toContain(part);
      const end = said.indexOf('\r\n', said.indexOf(part)) + 2;
      const before = said.slice(0, end);
      said = said.slice(end);
      return before;
    },
  };
}

const tokenOf = async (fixture: SandboxFixture, user = BOT): Promise<string> =>
  text(await signIn(fixture, { user }), 'access_token');

const TAGS = 'CAP REQ :twitch.tv/tags twitch.tv/commands';

describe.each<Way>(['plain', 'tls'])('chat over a bare connection, %s', (way) => {
  test('goes as on irc.chat.twitch.tv', async () => {
    const fixture = await startFixture();
    const luna = await openChatAs(fixture, LUNA);
    await joined(luna);
    const bot = await dial(fixture, way);
    bot.write(`CAP LS 302\r\n${TAGS}\r\nPASS oauth:${await tokenOf(fixture)}\r\nNICK luna_bot\r\n`);
    bot.write('USER luna_bot 8 * :luna_bot\r\nCAP END\r\n');
    const welcome = await bot.until('GLOBALUSERSTATE');
    expect(welcome).toContain(':tmi.twitch.tv CAP * ACK :twitch.tv/tags twitch.tv/commands\r\n');
    expect(welcome).toContain(':tmi.twitch.tv 001 luna_bot :Welcome, GLHF!\r\n');
    bot.write(
      'JOIN #luna_streams\r\nPRIVMSG #luna_streams :grüße 🚀\r\nPING :are you there\r\nWHO #luna_streams\r\n',
    );
    const after = await bot.until(' 421 ');
    expect(after).toContain(':tmi.twitch.tv PONG tmi.twitch.tv :are you there\r\n');
    expect(after).toContain(':tmi.twitch.tv 421 luna_bot WHO :Unknown command\r\n');
    expect(await luna.hear('PRIVMSG')).toContain('PRIVMSG #luna_streams :grüße 🚀');
    luna.say('PRIVMSG #luna_streams :hello');
    expect(await bot.until('hello')).toMatch(/^@.*user-id=700100001.* PRIVMSG #luna_streams :hello\r\n$/m);
    fixture.sandbox.control.requestReconnect({ kind: 'chat', user: BOT });
    await bot.until(':tmi.twitch.tv RECONNECT\r\n');
    fixture.sandbox.control.drop({ kind: 'chat', user: BOT });
    await once(bot.socket, 'close');
  });

  test('refuses a dead token in Twitch’s words, and lets the program try again', async () => {
    const fixture = await startFixture();
    const bot = await dial(fixture, way);
    bot.write(`PASS oauth:${'x'.repeat(30)}\r\nNICK luna_bot\r\n`);
    expect(await bot.until('NOTICE')).toBe(':tmi.twitch.tv NOTICE * :Login authentication failed\r\n');
    bot.write(`PASS oauth:${await tokenOf(fixture)}\r\nNICK luna_bot\r\n`);
    await bot.until(' 376 ');
  });
});

describe('lines', () => {
  test('may come a byte at a time, several at once, and without \\r', async () => {
    const fixture = await startFixture();
    const bot = await dial(fixture);
    const luna = await openChatAs(fixture, LUNA);
    await joined(luna);
    for (const byte of Buffer.from(`PASS oauth:${await tokenOf(fixture)}\nNICK luna_bot\n`)) {
      bot.write(Buffer.from([byte]));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await bot.until(' 376 ');
    const rocket = Buffer.from('\n\r\nJOIN #luna_streams\r\nPRIVMSG #luna_streams :🚀\nPING :end\n');
    const middle = rocket.indexOf(0x9f);
    bot.write(rocket.subarray(0, middle));
    await bot.until(' 366 ');
    bot.write(rocket.subarray(middle));
    await bot.until('PONG');
    expect(await luna.hear('PRIVMSG')).toContain(' :🚀');
  });

  test('of 500 characters go through, however many bytes they are', async () => {
    const fixture = await startFixture();
    const luna = await openChatAs(fixture, LUNA);
    await joined(luna);
    const bot = await dial(fixture);
    bot.write(`PASS oauth:${await tokenOf(fixture)}\r\nNICK b\r\nJOIN #luna_streams\r\n`);
    await bot.until(' 366 ');
    bot.write(`@reply-parent-msg-id=x PRIVMSG #luna_streams :${'é'.repeat(600)}\r\n`);
    expect(await luna.hear('PRIVMSG')).toMatch(/ :é{500}$/);
  });

  test.each([
    ['without an end', 'x'.repeat(20_000)],
    ['with one', `PING :${'x'.repeat(20_000)}\r\nPING :after\r\n`],
  ])('far beyond what IRC allows, %s, cost the connection', async (_, sent) => {
    const bot = await dial(await startFixture());
    bot.write(sent);
    await once(bot.socket, 'close');
  });

  test('aren’t kept for ever for a program that doesn’t read', async () => {
    const fixture = await startFixture();
    const bot = await dial(fixture);
    bot.write('NICK justinfan1\r\nJOIN #luna_streams\r\n');
    await bot.until(' 366 ');
    bot.socket.pause();
    await expect
      .poll(
        () => {
          for (let count = 0; count < 500; count += 1)
            fixture.sandbox.control.say(LUNA, BOT, 'x'.repeat(500));
          return fixture.sandbox.control.connections().chat;
        },
        { timeout: 10_000 },
      )
      .toEqual([]);
  });
});

test('a program that says nothing, or goes at once, is nobody', async () => {
  const fixture = await startFixture();
  const [silent, gone] = [await dial(fixture), await dial(fixture)];
  gone.socket.end('PA');
  await once(gone.socket, 'close');
  expect(fixture.sandbox.control.connections().chat).toEqual([]);
  silent.write('NICK justinfan7\r\n');
  await silent.until(' 376 ');
  silent.socket.end();
  await expect.poll(() => fixture.sandbox.control.connections().chat).toEqual([]);
});
