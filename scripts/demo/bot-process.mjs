import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { inProject } from '../setup/paths.mjs';
import { printStep } from './demo-context.mjs';

const GRACE_MS = 3_000;

/**
 * Starts the sample bot as a program of its own, as a streamer would, and passes on what it says.
 *
 * @param {import('./demo-context.mjs').Demo} demo
 * @param {{port: number, channel: string, onLine?: (line: string) => void}} options `port` is the sandbox
 *   Twitch's, `channel` the user ID of the streamer to work for
 * @returns {{pid: number | undefined, done: Promise<void>, stop: () => Promise<void>}} `done` resolves when
 *   the bot has all it wanted, and rejects when it ends before
 */
export function startBot(demo, { port, channel, onLine = () => {} }) {
  const child = spawn(process.execPath, [inProject('scripts', 'demo', 'bot.mjs'), channel], {
    cwd: inProject(),
    env: botEnv(demo, port),
    stdio: ['pipe', 'pipe', 'inherit'],
    windowsHide: true,
  });
  const gone = new Promise((resolve) => {
    child.once('close', resolve);
    child.once('error', resolve);
  });
  const done = new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line === 'done') return resolve();
      printStep('bot', line);
      onLine(line);
    });
    gone.then(() => reject(new Error('The bot ended before it had what it wanted.')));
  });
  done.catch(() => {}); // whoever waits for it hears of it; nobody may
  return { pid: child.pid, done, stop: () => stopBot(child, gone) };
}

/** Nothing of this terminal's Castkey reaches the bot, only where the demo's is. */
function botEnv(demo, port) {
  const others = Object.entries(process.env).filter(([name]) => !name.startsWith('CASTKEY_'));
  return {
    ...Object.fromEntries(others),
    CASTKEY_SOCKET: join(demo.home, 'castkey.sock'),
    CASTKEY_KEY_FILE: join(demo.folder, 'bot', 'key.json'),
    TWURPLE_MOCK_API_PORT: String(port),
  };
}

async function stopBot(child, gone) {
  child.stdin.on('error', () => {}); // it may be gone already
  child.stdin.end();
  const late = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
  await gone;
  clearTimeout(late);
}
