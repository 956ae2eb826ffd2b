import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { conforms } from './conform.ts';
import { findProgram } from './programs.ts';

const EXAMPLES = join(import.meta.dirname, '../../examples/go');
const DRIVER = join(import.meta.dirname, 'drivers/go');
const missing = findProgram('go') ? undefined : 'Go is not installed: apt-get install golang-go';
let folder = '';

/** A copy of the example, as an author makes one, with the driver in it. */
beforeAll(() => {
  if (missing) return;
  folder = mkdtempSync(join(tmpdir(), 'ck-go-'));
  cpSync(EXAMPLES, folder, { recursive: true });
  mkdirSync(join(folder, 'driver'));
  cpSync(join(DRIVER, 'main.go'), join(folder, 'driver/main.go'));
  cpSync(join(DRIVER, 'exports.go'), join(folder, 'castkey/exports.go'));
  const env = { ...process.env, GOCACHE: join(folder, 'cache'), GOFLAGS: '-mod=mod', GO111MODULE: 'on' };
  execFileSync('go', ['build', '-o', join(folder, 'bin/'), './driver', './print_token'], {
    cwd: folder,
    env,
  });
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

conforms('Go', () =>
  missing
    ? { missing }
    : { driver: [join(folder, 'bin/driver')], printToken: [join(folder, 'bin/print_token')] },
);
