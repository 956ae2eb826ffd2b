import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';

/** Every call by which a write touches the disk, in whichever library it is made. */
const CALLS = [
  'openSync',
  'writeSync',
  'fsyncSync',
  'closeSync',
  'renameSync',
  'copyFileSync',
  'rmSync',
  'statSync',
  'readFileSync',
  'mkdirSync',
  'chmodSync',
] as const;
type Call = (typeof CALLS)[number];

const real = Object.fromEntries(CALLS.map((name) => [name, fs[name]])) as Record<Call, unknown>;
let step = 0;
let failing: { from: number; until: number; code: string } | null = null;
let made: Call[] = [];

/** The disk fails from one step on, for so many steps. Put in place before anything that writes is loaded. */
for (const name of CALLS) {
  const call = real[name] as (...args: unknown[]) => unknown;
  Object.assign(fs, {
    [name]: (...args: unknown[]) => {
      if (failing === null) return call(...args);
      step += 1;
      made.push(name);
      if (step >= failing.from && step < failing.until)
        throw Object.assign(new Error(failing.code), { code: failing.code });
      return call(...args);
    },
  });
}
syncBuiltinESMExports();
const { createDocumentStore } = await import('../../../../../electron/adapters/files/document-store.ts');
const { openConf } = await import('../../../../support/conf-file.ts');

afterAll(() => {
  Object.assign(fs, real);
  syncBuiltinESMExports();
});

const OLD = { version: 1, login: 'old' };
const NEW = { version: 1, login: 'new' };
const openStore = (folder: string) =>
  createDocumentStore({ folder, openFile: openConf, now: () => 1700, onCorrupt: () => undefined });

/** Writes NEW over OLD while the disk fails; says whether the store took it, and what lies there after. */
async function writeWhile(from: number, length: number, code: string) {
  const folder = fs.mkdtempSync(join(tmpdir(), 'castkey-eio-'));
  const store = openStore(folder);
  await store.write('123', { ...OLD, login: 'older' });
  await store.write('123', OLD);
  [step, made, failing] = [0, [], { from, until: from + length, code }];
  const taken = await store.write('123', NEW).then(
    () => true,
    () => false,
  );
  failing = null;
  const found = await openStore(folder).read('123');
  const again = await store.write('123', NEW).then(
    () => true,
    () => false,
  );
  const after = await openStore(folder).read('123');
  fs.rmSync(folder, { recursive: true, force: true });
  return { taken, found, again, after, steps: step };
}

it('sees every step of a write', async () => {
  const { taken, steps } = await writeWhile(Number.POSITIVE_INFINITY, 1, 'EIO');
  expect(taken).toBe(true);
  expect(steps).toBeGreaterThan(8);
  for (const needed of ['writeSync', 'fsyncSync', 'renameSync', 'copyFileSync'] as const)
    expect(made).toContain(needed);
});

it.each([
  ['once, by EIO', 1, 'EIO'],
  ['from then on, by EIO', 1_000, 'EIO'],
  ['from then on, full', 1_000, 'ENOSPC'],
  ['from then on, read-only', 1_000, 'EROFS'],
])(
  'a disk that fails %s, at whichever step: a whole version is there, and the next write goes through',
  async (_how, length, code) => {
    const { steps } = await writeWhile(Number.POSITIVE_INFINITY, 1, code);
    for (let from = 1; from <= steps; from += 1) {
      const { taken, found, again, after } = await writeWhile(from, length, code);
      expect(found.kind, `step ${from}: ${made[from - 1]}`).toBe('read');
      const value = found.kind === 'read' ? found.value : null;
      expect(taken ? [NEW] : [OLD, NEW], `step ${from}: ${made[from - 1]}`).toContainEqual(value);
      expect(again, `step ${from}: written again`).toBe(true);
      expect(after).toEqual({ kind: 'read', value: NEW, previous: false });
    }
  },
);
