import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { connectFrom } from '../../../../clients/javascript/src/connect.ts';
import { fakeHost, temporaryFolder } from '../../../support/client-fixture.ts';

/** What hangs up on each caller, as a vault does on users that aren't its own. */
async function openMute(): Promise<string> {
  const path = join(await temporaryFolder(), 'mute.sock');
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => void server.listen(path, resolve));
  onTestFinished(() => void server.close());
  return path;
}

const call = (path: string, folder: string): Promise<unknown> =>
  connectFrom(fakeHost(folder, { CASTKEY_SOCKET: path }), { name: 'bot', interactive: 'never' });

it('a bot of another user hears whose vault it is', async () => {
  const path = await openMute();
  const folder = await temporaryFolder();
  const own = process.getuid?.() ?? 0;
  vi.spyOn(process, 'getuid').mockReturnValue(own + 1);
  onTestFinished(() => void vi.restoreAllMocks());
  await expect(call(path, folder)).rejects.toMatchObject({
    code: 'vault-not-running',
    retryable: false,
    message: expect.stringMatching(/belongs to the user \S+, and serves nobody else, not even root/),
  });
});

it('a bot of the same user hears of a broken connection', async () => {
  await expect(call(await openMute(), await temporaryFolder())).rejects.toMatchObject({
    code: 'connection-lost',
  });
});
