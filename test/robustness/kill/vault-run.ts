/** One run of the real program without a window, from its start to SIGKILL. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type CastkeyAuthProvider, CastkeyError, connect } from 'castkey-client';
import { startCommand } from '../../e2e/castkey-process.ts';
import type { Profile } from './profile.ts';

/** Nothing is drawn, and one process less is quicker to start. */
const FAST = ['--hidden', '--disable-gpu', '--disable-software-rasterizer', '--in-process-gpu'];
const START_MS = 60_000;
const POLL_MS = 20;

/** A vault that runs. */
export interface VaultRun {
  /** The bot of each application, by its client ID, as soon as the vault lets them in. */
  bots(): Promise<Map<string, CastkeyAuthProvider>>;
  /** What it said so far, on standard output and error. */
  said(): string;
  /** SIGKILL: nothing of it gets another turn. Resolves when it is gone. */
  kill(): Promise<void>;
}

/** Starts the program on a profile. */
export function startVaultRun({ home, url, bots: paired }: Profile): VaultRun {
  const { program, args, env } = startCommand({ home, args: FAST, env: { CASTKEY_TWITCH: url } });
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const bots: CastkeyAuthProvider[] = [];
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
  return {
    async bots() {
      const entered = new Map<string, CastkeyAuthProvider>();
      for (const { name, keyFile, clientId } of paired) {
        const call = { name, keyFile, twitchClientId: clientId, socket: join(home, 'castkey.sock') };
        const bot = await whenUp(child, () => connect({ ...call, interactive: 'never' })).catch((error) => {
          throw new Error(`no way in (exit code ${child.exitCode}); it said: ${said}`, { cause: error });
        });
        bots.push(bot);
        entered.set(clientId, bot);
      }
      return entered;
    },
    said: () => said,
    async kill() {
      const gone = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : null;
      child.kill('SIGKILL');
      await gone;
      for (const bot of bots) bot.close();
    },
  };
}

async function whenUp<T>(child: ChildProcess, attempt: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + START_MS;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      const early = error instanceof CastkeyError && error.code === 'vault-not-running';
      if (!early || child.exitCode !== null || Date.now() > deadline) throw error;
      await pause(POLL_MS);
    }
  }
}
