import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { Worker } from 'node:worker_threads';
import type { SandboxThread } from '../io.ts';

/**
 * Runs the sandbox's own program in a thread: it can't outlive this process, whatever ends that, and its
 * libraries cost the other commands nothing.
 */
export function startSandboxThread(file: string, args: readonly string[]): SandboxThread {
  const worker = new Worker(file, { argv: [...args], stdout: true, stderr: true });
  const complaint = text(worker.stderr);
  let stopped = false;
  const failure = new Promise<string | undefined>((resolve) => {
    worker.once('error', (error: unknown) => resolve(error instanceof Error ? error.message : String(error)));
    worker.once('exit', () => {
      // What it wrote before it went is still on its way.
      void complaint.then((said) => resolve(stopped ? undefined : said.split('\n')[0] || 'it ended'));
    });
  });
  const firstLine = once(worker.stdout, 'data').then(([chunk]) => String(chunk).trim());
  const never = failure.then((why): never => {
    throw new Error(`The sandbox can't be started: ${why ?? 'it was stopped'}.`);
  });
  return {
    url: Promise.race([firstLine, never]),
    ended: failure,
    async stop() {
      stopped = true;
      await worker.terminate();
    },
  };
}
