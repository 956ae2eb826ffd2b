import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

interface WatchSources {
  readonly watchSources: (folders: string[], changed: () => void) => () => void;
}

const script = new URL('../../../../scripts/dev/watch-sources.mjs', import.meta.url).href;
const { watchSources } = (await import(/* @vite-ignore */ script)) as WatchSources;

let folder: string;
let stop: () => void;
const changed = vi.fn();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'castkey-watch-'));
  mkdirSync(join(folder, 'deep', 'er'), { recursive: true });
  writeFileSync(join(folder, 'deep', 'er', 'a.ts'), '1');
  changed.mockClear();
  stop = watchSources([folder], changed);
});

afterEach(() => {
  stop();
  rmSync(folder, { recursive: true });
});

/** Waits for the next call; how many there were before doesn't count. */
async function seen(change: () => void): Promise<void> {
  changed.mockClear();
  change();
  await vi.waitFor(() => expect(changed).toHaveBeenCalled(), { timeout: 5_000 });
}

it('sees a file written, replaced, replaced again, and one in a new folder', async () => {
  const file = join(folder, 'deep', 'er', 'a.ts');
  const replace = (text: string): void => {
    writeFileSync(`${file}~`, text);
    renameSync(`${file}~`, file);
  };
  await seen(() => writeFileSync(file, '2'));
  await seen(() => replace('3'));
  await seen(() => replace('4'));
  await seen(() => mkdirSync(join(folder, 'new')));
  await seen(() => writeFileSync(join(folder, 'new', 'b.ts'), '1'));
});

it('tells changes that come together once', async () => {
  await seen(() => {
    for (const name of ['b', 'c', 'd']) writeFileSync(join(folder, 'deep', `${name}.ts`), '1');
  });
  expect(changed).toHaveBeenCalledTimes(1);
});
