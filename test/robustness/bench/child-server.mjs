import { spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * Starts a server under Electron's own Node, as the vault runs under it, and waits until it says where it
 * is. `end` is told to end; resolves when it has.
 *
 * @param {string} electron
 * @param {string} program
 */
export async function startServer(electron, program) {
  const child = spawn(electron, [program], {
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const [told] = await Promise.race([once(child, 'message'), once(child, 'exit').then(failed)]);
  const end = async () => {
    const gone = once(child, 'exit');
    child.send('end');
    await gone;
  };
  return { told, end };
}

function failed() {
  throw new Error('a server of the benchmark did not start');
}
