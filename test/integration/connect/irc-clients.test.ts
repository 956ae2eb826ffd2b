/** The page on IRC clients, with irssi and WeeChat where they are installed, and a stand-in for the chat server. */
import { createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { findProgram } from '../../support/find-program.ts';
import { LUNA } from '../../support/people.ts';
import { openSandboxVaultFixture, type SandboxVaultFixture } from '../../support/sandbox-vault-fixture.ts';
import { createBotWorkspace } from './bot-workspace.ts';
import { blockOf, fillIn } from './page.ts';

const PATIENCE = { timeout: 30_000 };

let fixture: SandboxVaultFixture;
beforeEach(async () => {
  fixture = await openSandboxVaultFixture();
  await fixture.signIn(LUNA, ['chat:read', 'chat:edit'], ['chat']);
});
afterEach(() => fixture.close());

/** Welcomes everybody, as Twitch does those with a good token; notes each password and whether it was good. */
async function openChat() {
  const logins: { password: string; good: boolean }[] = [];
  const sockets = new Set<Socket>();
  const good = (password: string): boolean =>
    fixture.twitch.control.issuedTokens().some((token) => password === `oauth:${token}`);
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (chunk) => {
      if (/CAP LS/.test(String(chunk))) socket.write(':tmi.twitch.tv CAP * LS :twitch.tv/tags\r\n');
      for (const [, password = ''] of String(chunk).matchAll(/^PASS :?(\S+)/gm)) {
        logins.push({ password, good: good(password) });
        socket.write(':tmi.twitch.tv 001 my_bot :Welcome, GLHF!\r\n:tmi.twitch.tv 376 my_bot :>\r\n');
      }
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return { port, logins, cut };
}

/** A login, the token's end, a cut: the next login is with another token. */
async function logsInAnew({ logins, cut }: Awaited<ReturnType<typeof openChat>>): Promise<void> {
  await expect.poll(() => logins.length, PATIENCE).toBe(1);
  fixture.twitch.control.expireTokens();
  cut();
  await expect.poll(() => logins.length, PATIENCE).toBe(2);
  expect(logins.map(({ good }) => good)).toEqual([true, true]);
  expect(logins[0]?.password).not.toBe(logins[1]?.password);
  expect(fixture.streamer.asked).toBe(1);
}

describe('the page on IRC clients logs in with a good token, and after a cut with another one', () => {
  it('in irssi', { timeout: 90_000 }, async ({ skip }) => {
    if (!findProgram('irssi') || !findProgram('script')) skip('irssi or script is not installed');
    const chat = await openChat();
    const workspace = createBotWorkspace(fixture.socket);
    expect(await workspace.type(blockOf('irc-clients.md', 'pair'))).toMatchObject({ code: 0 });
    await workspace.type('mkdir -p .irssi/scripts/autorun');
    workspace.write(
      '.irssi/scripts/autorun/castkey.pl',
      fillIn(blockOf('irc-clients.md', 'castkey.pl'), {
        '-tls irc.chat.twitch.tv 6697': `127.0.0.1 ${chat.port}`,
        '10_000': '100',
      }),
    );
    workspace.stay('TERM=xterm exec script -qec irssi /dev/null');
    await logsInAnew(chat);
  });

  it('in WeeChat', { timeout: 90_000 }, async ({ skip }) => {
    const program = findProgram('weechat-headless');
    if (!program) skip('weechat-headless and weechat-python are not installed');
    const chat = await openChat();
    const workspace = createBotWorkspace(fixture.socket);
    expect(await workspace.type(blockOf('irc-clients.md', 'pair'))).toMatchObject({ code: 0 });
    await workspace.type('mkdir -p weechat/python/autoload');
    workspace.write('weechat/python/autoload/castkey.py', blockOf('irc-clients.md', 'weechat_castkey.py'));
    const typed = [
      `/server add twitch 127.0.0.1/${chat.port} -nicks=my_bot -autoreconnect -autoreconnect_delay=1`,
      // biome-ignore lint/suspicious/noTemplateCurlyInString: WeeChat's own; it evaluates what stands behind -r, not what is typed
      '/set irc.server.twitch.password "${raw:${env:TWITCH_PASSWORD}}"',
      '/connect twitch',
    ];
    const flags = typed.map((line) => `-r '${line}'`).join(' ');
    workspace.stay(`exec weechat-headless --dir "$PWD/weechat" ${flags}`);
    await logsInAnew(chat);
    expect((await workspace.type('cat weechat/*.conf')).out).not.toContain('oauth:');
  });
});
