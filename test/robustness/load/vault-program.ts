/** The house as a program of its own, so that its memory and time are its own. Spoken to over Node's IPC. */
import { rmSync } from 'node:fs';
import { openHouse } from './load-fixture.ts';

const BOTS = 8;

const house = await openHouse(BOTS);

async function obey(order: unknown): Promise<void> {
  if (order === 'stir') await house.stir();
  if (order === 'memory') {
    globalThis.gc?.();
    const { heapUsed, rss } = process.memoryUsage();
    process.send?.({ heapUsed, rss });
  }
  if (order !== 'end') return;
  await house.close();
  process.disconnect();
}
process.on('message', (order) => void obey(order));
process.on('exit', () => rmSync(house.folder, { recursive: true, force: true }));
// Whoever started it is gone.
process.on('disconnect', () => process.exit(0));
process.send?.({ path: house.path, bots: house.bots });
