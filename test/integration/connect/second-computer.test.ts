/** The page on a second computer, tried with a real sshd: its commands are typed as they stand there. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPeerLookup } from '../../../electron/adapters/socket/peer.ts';
import { createFakeLog } from '../../fakes/surfaces.ts';
import { until } from '../../faults/host.ts';
import { LUNA, openRecordedVault, type RecordedVaultFixture } from '../../support/recorded-vault-fixture.ts';
import { type Desk, setDesk } from './desk.ts';
import { blockOf, fillIn } from './page.ts';
import { missingForSsh, startSshd } from './sshd.ts';

const BOT = blockOf('second-computer.md', 'bot');

let fixture: RecordedVaultFixture;
beforeEach(async () => {
  fixture = await openRecordedVault({
    describe: await createPeerLookup(createFakeLog()),
    kind: 'confidential',
  });
  await fixture.signIn(LUNA, ['chat:read'], ['chat']);
});
afterEach(() => fixture.close());

/** Types the page's command that forwards, and waits for the socket it makes. */
async function forward(desk: Desk, command: string): Promise<void> {
  desk.stay(command);
  const socket = join(desk.folder, '.castkey/castkey.sock');
  await until(() => statSync(socket, { throwIfNoEntry: false })?.isSocket());
}

const theWays = {
  'from home to away': (desk: Desk) =>
    `mkdir -p -m 700 ~/.castkey\n${fillIn(blockOf('second-computer.md', 'remote'), { '/home/luna': desk.folder })}`,
  'from away to home': () =>
    fillIn(blockOf('second-computer.md', 'local'), { '/run/user/1000/castkey/castkey.sock': fixture.socket }),
};

describe.each(Object.entries(theWays))('a bot on another computer, %s', (_way, command) => {
  it('is served, known as one from there, and has fewer rights', async ({ skip }) => {
    const missing = missingForSsh();
    if (missing !== null) skip(missing);
    const desk = setDesk(fixture.socket);
    await startSshd(desk.folder);
    await forward(desk, command(desk));
    const bot = await desk.type(BOT);
    expect(bot.code, bot.err).toBe(0);
    expect(bot.out).toContain('luna_streams');
    expect(fixture.vault.view().bots).toMatchObject([{ name: 'server-bot', remote: true }]);
    const away = { CASTKEY_SOCKET: join(desk.folder, '.castkey/castkey.sock') };
    const ask = (...flags: string[]) =>
      desk.run('castkey', ['token', '--name', 'server-bot', '--json', ...flags], away);
    expect((await ask('--intent', 'chat')).code).toBe(0);
    expect((await ask('--intent', 'chat', '--scope', 'chat:edit')).err).toContain('scope-missing');
    expect((await ask('--app')).err).toContain('denied');
  });
});
