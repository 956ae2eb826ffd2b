import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { openSocket } from '../../../../../electron/adapters/socket/server.ts';
import { SocketProblem } from '../../../../../electron/adapters/socket/socket-folder.ts';

const never = (): never => {
  throw new Error('nobody connects');
};

const open = (path: string) =>
  openSocket({
    ...{ path, ownFolder: true, describe: never, accept: never, refused: never },
    log: { warn: never, error: never },
  });

it('leaves no timer behind, whether it can’t be opened or is closed', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  const folder = mkdtempSync(join(tmpdir(), 'castkey-server-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'file'), '');
  await expect(open(join(folder, 'file', 'castkey.sock'))).rejects.toThrow(SocketProblem);
  expect(vi.getTimerCount()).toBe(0);
  const socket = await open(join(folder, 'own', 'castkey.sock'));
  expect(vi.getTimerCount()).toBe(1);
  await socket.close();
  expect(vi.getTimerCount()).toBe(0);
});
