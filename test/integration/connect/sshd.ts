/** A real sshd on this computer, and an `ssh` command to which it is another one. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';

const PROGRAMS = ['/usr/sbin/sshd', '/usr/bin/ssh', '/usr/bin/ssh-keygen'] as const;
const [SSHD, SSH, KEYGEN] = PROGRAMS;

/** Why there can be no sshd here; null when there can. */
export function missingForSsh(): string | null {
  for (const program of PROGRAMS) {
    try {
      accessSync(program, constants.X_OK);
    } catch {
      return `${program} is not installed (Debian: openssh-server, openssh-client)`;
    }
  }
  return null;
}

/** Starts it; `ssh` in the folder's `bin` calls it `away` and `home`. Gone when the test ends. */
export async function startSshd(folder: string): Promise<void> {
  const sshFolder = join(folder, 'ssh');
  mkdirSync(sshFolder, { mode: 0o700 });
  for (const key of ['host', 'mine'])
    execFileSync(KEYGEN, ['-q', '-t', 'ed25519', '-N', '', '-f', join(sshFolder, key)]);
  const port = await freePort();
  writeFileSync(
    join(sshFolder, 'sshd_config'),
    `ListenAddress 127.0.0.1\nPort ${port}\nHostKey ${sshFolder}/host\nAuthorizedKeysFile ${sshFolder}/mine.pub
StrictModes no\nUsePAM no\nPidFile none\nStreamLocalBindUnlink yes\n`,
  );
  writeFileSync(
    join(sshFolder, 'ssh_config'),
    `Host away home\n  HostName 127.0.0.1\n  Port ${port}\n  User ${userInfo().username}\n  IdentityFile ${sshFolder}/mine
  IdentitiesOnly yes\n  StrictHostKeyChecking no\n  UserKnownHostsFile /dev/null\n  LogLevel ERROR\n`,
  );
  writeFileSync(join(folder, 'bin/ssh'), `#!/bin/sh\nexec ${SSH} -F '${sshFolder}/ssh_config' "$@"\n`, {
    mode: 0o755,
  });
  // Where sshd of Debian, started as root, locks in the part that talks before the login.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true });
  const sshd = spawn(SSHD, ['-D', '-e', '-f', join(sshFolder, 'sshd_config')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  endWithTest(sshd);
  for await (const line of createInterface(sshd.stderr)) if (line.includes('Server listening')) return;
  throw new Error('sshd did not start');
}

/** Ends a program with the test, and waits for its end. */
function endWithTest(child: ChildProcess): void {
  const ended = once(child, 'close');
  onTestFinished(async () => {
    child.kill();
    await ended;
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
