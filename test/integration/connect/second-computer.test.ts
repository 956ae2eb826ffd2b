/** The page on a second computer, tried with a real sshd: its commands are typed as they stand there. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPeerLookup } from '../../../electron/adapters/socket/peer.ts';
import { createFakeLog } from '../../support/fake-log.ts';
import { LUNA } from '../../support/people.ts';
import { openSandboxVaultFixture, type SandboxVaultFixture } from '../../support/sandbox-vault-fixture.ts';
import { until } from '../../support/until.ts';
import { type BotWorkspace, createBotWorkspace } from './bot-workspace.ts';
import { blockOf, fillIn } from './page.ts';
import { missingForSsh, startSshd } from './sshd.ts';

const BOT = blockOf('second-computer.md', 'bot');

let fixture: SandboxVaultFixture;
beforeEach(async () => {
  fixture = await openSandboxVaultFixture({
    describe: await createPeerLookup(createFakeLog()),
    kind: 'confidential',
  });
  await fixture.signIn(LUNA, ['chat:read'], ['chat']);
});
afterEach(() => fixture.close());

/** Types the page's command that forwards, and waits for the socket it makes. */
async function forward(workspace: BotWorkspace, command: string): Promise<void> {
  workspace.stay(command);
  const socket = join(workspace.folder, '.castkey/castkey.sock');
  await until(() => statSync(socket, { throwIfNoEntry: false })?.isSocket());
}

const theWays = {
  'from home to away': (workspace: BotWorkspace) =>
    `mkdir -p -m 700 ~/.castkey\n${fillIn(blockOf('second-computer.md', 'remote'), { '/home/luna': workspace.folder })}`,
  'from away to home': () =>
    fillIn(blockOf('second-computer.md', 'local'), { '/run/user/1000/castkey/castkey.sock': fixture.socket }),
};

describe.each(Object.entries(theWays))('a bot on another computer, %s', (_way, command) => {
  it('is served, known as one from there, and has fewer rights', async ({ skip }) => {
    const missing = missingForSsh();
    if (missing !== null) skip(missing);
    const workspace = createBotWorkspace(fixture.socket);
    await startSshd(workspace.folder);
    await forward(workspace, command(workspace));
    const bot = await workspace.type(BOT);
    expect(bot.code, bot.err).toBe(0);
    expect(bot.out).toContain('luna_streams');
    expect(fixture.vault.view().bots).toMatchObject([{ name: 'server-bot', remote: true }]);
    const away = { CASTKEY_SOCKET: join(workspace.folder, '.castkey/castkey.sock') };
    const ask = (...flags: string[]) =>
      workspace.run('castkey', ['token', '--name', 'server-bot', '--json', ...flags], away);
    expect((await ask('--intent', 'chat')).code).toBe(0);
    expect((await ask('--intent', 'chat', '--scope', 'chat:edit')).err).toContain('scope-missing');
    expect((await ask('--app')).err).toContain('denied');
  });
});
