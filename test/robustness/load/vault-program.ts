/**
 * The vault of the load test as a program of its own, so that its memory and time are its own. Spoken to over
 * Node's IPC.
 */
import { rmSync } from 'node:fs';
import { openLoadFixture } from './load-fixture.ts';

const BOTS = 8;

const fixture = await openLoadFixture(BOTS);

async function obey(order: unknown): Promise<void> {
  if (order === 'changeIntents') await fixture.changeIntents();
  if (order === 'memory') {
    globalThis.gc?.();
    const { heapUsed, rss } = process.memoryUsage();
    process.send?.({ heapUsed, rss });
  }
  if (order !== 'end') return;
  await fixture.close();
  process.disconnect();
}
process.on('message', (order) => void obey(order));
process.on('exit', () => rmSync(fixture.folder, { recursive: true, force: true }));
// Whoever started it is gone.
process.on('disconnect', () => process.exit(0));
process.send?.({ path: fixture.path, bots: fixture.bots });
