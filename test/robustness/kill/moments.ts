/** When the vault is killed: at any moment, or at one that is known to be dangerous. */
import { existsSync, readdirSync, watch } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Gate } from './twitch-proxy.ts';

/** The moments, in words for the table. */
export const MOMENTS = [
  'at any time',
  'while starting',
  'before Twitch has it',
  'before the answer is sent',
  'as the answer arrives',
  'while writing',
  'after the rename',
  'once a bot is served',
] as const;
export type Moment = (typeof MOMENTS)[number];

/** Where a moment can be seen from. */
export interface Sights {
  gate: Gate;
  home: string;
  /** Evenly between 0 and 1. */
  random(): number;
  /** Resolves when a bot has got a new token. */
  nextServed: Promise<void>;
}

/** A moment that does not come by then never will: the test is broken, not the vault. */
const PATIENCE_MS = 20_000;

/** Begins to look out for a moment; what is returned resolves when it has come. */
export async function lookOut(moment: Moment, sights: Sights): Promise<void> {
  const done = new AbortController();
  const late = pause(PATIENCE_MS, 'late', { signal: done.signal }).catch(() => 'done');
  const come = await Promise.race([see(moment, sights), late]);
  done.abort();
  if (come === 'late') throw new Error(`the moment "${moment}" never came`);
}

async function see(moment: Moment, { gate, home, random, nextServed }: Sights): Promise<void> {
  switch (moment) {
    case 'while starting':
      await gate.reached('asked', false);
      return soon(random() * 200);
    case 'at any time':
      return soon(random() * 1_200);
    case 'before Twitch has it':
      return gate.reached('asked', true);
    case 'before the answer is sent':
      return gate.reached('renewed', true);
    case 'as the answer arrives':
      await gate.reached('answered', false);
      return soon(random() * 12);
    case 'while writing':
      return fileSeen(home, (file) => file.includes('.tmp-') && !file.endsWith('link'));
    case 'after the rename':
      return fileSeen(home, (file) => /^[^.]+\.json$/.test(file));
    case 'once a bot is served':
      return nextServed;
  }
}

/** Only a random moment, never a wait for something to be done. */
async function soon(ms: number): Promise<void> {
  if (ms >= 1) await pause(ms);
}

/** Resolves when such a file appears among the accounts; at once where the folder isn't there yet. */
function fileSeen(home: string, wanted: (file: string) => boolean): Promise<void> {
  const standIn = readdirSync(home).find((name) => name.startsWith('stand-in-')) ?? '';
  const folder = join(home, standIn, 'accounts');
  if (!existsSync(folder)) throw new Error('there are no accounts on the disk');
  return new Promise((resolve) => {
    const watcher = watch(folder, (_event, file) => {
      if (file === null || !wanted(file)) return;
      watcher.close();
      resolve();
    });
  });
}

/** A generator of evenly spread numbers that a seed makes come again (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
