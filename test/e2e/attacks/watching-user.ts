/** Another user of this computer, who reads every command line there is. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished, type TestContext } from 'vitest';

/** Any user but root and the one who runs Castkey; `nobody` on most systems. */
const OTHER = 65_534;

/** Looks as fast as it can until its input ends, then says what it has seen. */
const WATCH = `
  const { readdirSync, readFileSync } = require('node:fs');
  const seen = new Set();
  let on = true;
  const look = () => {
    for (const name of readdirSync('/proc').filter((one) => /^\\d+$/.test(one))) {
      try { seen.add(readFileSync('/proc/' + name + '/cmdline', 'latin1').replaceAll('\\0', ' ')); } catch {}
    }
    if (on) setImmediate(look);
    else process.stdout.write(JSON.stringify([...seen]));
  };
  process.stdin.resume().on('end', () => { on = false; });
  process.stdout.write('ready\\n');
  look();
`;

/** Begins to look; the returned function ends it and gives every command line that was seen. */
export async function watchCommandLines(context: TestContext): Promise<() => Promise<string[]>> {
  if (process.platform !== 'linux') context.skip('/proc and setpriv are Linux’s');
  if (process.getuid?.() !== 0) context.skip('only root can become another user');
  const who = [`--reuid=${OTHER}`, `--regid=${OTHER}`, '--clear-groups'];
  const child: ChildProcess = spawn('setpriv', [...who, process.execPath, '-e', WATCH], { cwd: '/' });
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  if (child.stdout) await once(child.stdout, 'data');
  return async () => {
    child.stdin?.end();
    await once(child, 'close');
    return JSON.parse(said.slice(said.indexOf('\n'))) as string[];
  };
}
