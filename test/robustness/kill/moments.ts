/** When the vault is killed: at any moment, or at one that is known to be dangerous. */
import { existsSync, readdirSync, watch } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { TwitchProxy } from './twitch-proxy.ts';

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

/** What tells that a moment has come. */
export interface MomentSources {
  proxy: TwitchProxy;
  home: string;
  /** Evenly between 0 and 1. */
  random(): number;
  /** Resolves when a bot has got a new token. */
  nextServed: Promise<void>;
}

/** A moment that does not come by then never will: the test is broken, not the vault. */
const TIMEOUT_MS = 20_000;

/** Begins to look out for a moment; what is returned resolves when it has come. */
export async function untilMoment(moment: Moment, sources: MomentSources): Promise<void> {
  const done = new AbortController();
  const late = pause(TIMEOUT_MS, 'late', { signal: done.signal }).catch(() => 'done');
  const come = await Promise.race([see(moment, sources), late]);
  done.abort();
  if (come === 'late') throw new Error(`the moment "${moment}" never came`);
}

async function see(moment: Moment, { proxy, home, random, nextServed }: MomentSources): Promise<void> {
  switch (moment) {
    case 'while starting':
      await proxy.reached('asked', false);
      return soon(random() * 200);
    case 'at any time':
      return soon(random() * 1_200);
    case 'before Twitch has it':
      return proxy.reached('asked', true);
    case 'before the answer is sent':
      return proxy.reached('renewed', true);
    case 'as the answer arrives':
      await proxy.reached('answered', false);
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
