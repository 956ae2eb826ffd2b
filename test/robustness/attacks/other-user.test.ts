import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync } from 'node:fs';
import { expect, type TestContext } from 'vitest';
import { attack } from '../../support/attack.ts';
import { isServed, openAttackFixture } from './attack-fixture.ts';

/** Any user but root and the one who runs the vault; `nobody` on most systems. */
const OTHER = 65_534;
const HELLO = '{"jsonrpc":"2.0","id":1,"method":"hello","params":{}}\n';

/** A real process of another user: says hello, and prints what came of it. */
async function asOtherUser(path: string, context: TestContext): Promise<string> {
  if (process.platform !== 'linux')
    context.skip('setpriv, which makes another user of a process, is Linux’s');
  if (process.getuid?.() !== 0) context.skip('only root can become another user');
  const script = `
    const socket = require('node:net').connect(${JSON.stringify(path)});
    let said = 0;
    socket.on('connect', () => socket.write(${JSON.stringify(HELLO)}));
    socket.on('data', (chunk) => { said += chunk.length; });
    socket.on('error', (error) => console.log(error.code));
    socket.on('close', () => console.log('closed after', said, 'bytes'));
  `;
  const who = [`--reuid=${OTHER}`, `--regid=${OTHER}`, '--clear-groups'];
  const child = spawn('setpriv', [...who, process.execPath, '-e', script], { cwd: '/' });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  await once(child, 'close');
  return printed;
}

attack('another user of the computer', 'the system lets it not even connect', async (context) => {
  const { path, honest } = await openAttackFixture();
  expect(await asOtherUser(path, context)).toMatch(/^EACCES/);
  expect(await isServed(honest)).toBe(true);
});

attack('another user, folder and socket opened to all', 'turned away unheard, recorded', async (context) => {
  const fixture = await openAttackFixture();
  const { path, folder, honest } = fixture;
  chmodSync(folder, 0o755);
  chmodSync(path, 0o666);
  expect(await asOtherUser(path, context)).toMatch(/closed after 0 bytes/);
  expect(await isServed(honest)).toBe(true);
  const [told] = fixture.view().activity.filter(({ kind }) => kind === 'peer.refused');
  expect(told?.text).toContain(String(OTHER));
});
