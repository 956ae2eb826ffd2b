import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFarLane } from '../../../../../electron/adapters/socket/far-lane.ts';
import { createFingerprints } from '../../../../../electron/adapters/socket/fingerprints.ts';
import { sha256 } from '../../../../support/sha256.ts';

let root: string;
let path: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'castkey-prints-'));
  path = join(root, 'bot');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('the fingerprint of a file', () => {
  it('is the SHA-256 of what it holds', async () => {
    writeFileSync(path, 'a bot');
    expect(await createFingerprints(createFarLane()).of(path)).toBe(sha256('a bot'));
  });

  it('is another one when the file was edited, though its size and time are the same', async () => {
    const prints = createFingerprints(createFarLane());
    writeFileSync(path, 'one');
    utimesSync(path, 1_000_000, 1_000_000);
    expect(await prints.of(path)).toBe(sha256('one'));
    writeFileSync(path, 'two');
    utimesSync(path, 1_000_000, 1_000_000);
    expect(await prints.of(path)).toBe(sha256('two'));
  });

  it('is worked out once for many who ask at the same time, and kept', async () => {
    const prints = createFingerprints(createFarLane());
    writeFileSync(path, Buffer.alloc(64 * 1024 * 1024, 7));
    const before = process.cpuUsage();
    const all = await Promise.all(Array.from({ length: 64 }, () => prints.of(path)));
    const { user } = process.cpuUsage(before);
    expect(new Set(all)).toEqual(new Set([sha256(Buffer.alloc(64 * 1024 * 1024, 7))]));
    // 64 MiB take about 0.1 s; 64 times that would be many seconds.
    expect(user).toBeLessThan(3_000_000);
  });

  it('lets other things happen while a large one is read', async () => {
    writeFileSync(path, '');
    truncateSync(path, 200 * 1024 * 1024);
    let turns = 0;
    let over = false;
    const spin = (): void => {
      turns += 1;
      if (!over) setImmediate(spin);
    };
    setImmediate(spin);
    expect(await createFingerprints(createFarLane()).of(path)).toMatch(/^[0-9a-f]{64}$/);
    over = true;
    expect(turns).toBeGreaterThan(400);
  });

  const untold: [string, () => void][] = [
    ['that is not there', () => {}],
    ['that is a folder', () => mkdirSync(path)],
    ['that is a pipe nobody writes to', () => void spawnSync('mkfifo', [path])],
    [
      'larger than 1 GiB',
      () => {
        writeFileSync(path, '');
        truncateSync(path, 1024 ** 3 + 1);
      },
    ],
  ];
  it.each(untold)('of one %s can’t be told', async (_what, put) => {
    put();
    expect(await createFingerprints(createFarLane()).of(path)).toBeNull();
  });
});
