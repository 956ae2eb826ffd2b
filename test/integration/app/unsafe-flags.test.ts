import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { realFiles, refuseRealAccounts } from '../../../electron/app/unsafe-flags.ts';
import type { FileChoice } from '../../../electron/core/ports.ts';

vi.mock('electron', () => ({ app: {} }));

const ASK = { title: 'Restore', kind: 'backup' } as const;
const files: FileChoice = {
  toWrite: async () => null,
  toRead: async () => ({ name: 'backup.castkey', read: async () => 'real logins' }),
};
const { argv } = process;

beforeEach(() => {
  for (const name of ['NODE_OPTIONS', 'NODE_V8_COVERAGE', 'NODE_EXTRA_CA_CERTS']) vi.stubEnv(name, undefined);
  process.argv = ['castkey'];
});

afterEach(() => {
  vi.unstubAllEnvs();
  process.argv = argv;
});

it('reads no file with logins for real accounts while other programs may read the memory', async () => {
  const real = realFiles(files);
  expect(await (await real.toRead(ASK))?.read()).toBe('real logins');
  process.argv = ['castkey', '--remote-debugging-port=9222'];
  const source = await real.toRead(ASK);
  await expect(source?.read()).rejects.toThrow(
    /^Castkey was started with --remote-debugging-port, which would let/,
  );
});

it.each(['applications.json', 'twitch-app.json'])(
  'takes a profile for one with real accounts by its %s',
  (name) => {
    const home = mkdtempSync(join(tmpdir(), 'ck-'));
    onTestFinished(() => rmSync(home, { recursive: true }));
    process.argv = ['castkey', '--remote-debugging-port=9222'];
    expect(refuseRealAccounts(home)).toBeNull();
    mkdirSync(join(home, 'documents'));
    writeFileSync(join(home, 'documents', name), '{}');
    expect(refuseRealAccounts(home)?.problem).toContain('--remote-debugging-port');
  },
);
