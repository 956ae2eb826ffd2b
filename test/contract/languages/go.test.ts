import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findProgram } from '../../support/find-program.ts';
import { conforms, runs } from './language-suite.ts';
import { IS_LONG, JUDGE_IN_SHORT } from './long-form.ts';

const EXAMPLES = join(import.meta.dirname, '../../../clients/go');
const DRIVER = join(import.meta.dirname, 'drivers/go');
const missing = findProgram('go') ? undefined : 'Go is not installed: apt-get install golang-go';
let folder = '';

const go = (...args: string[]): string => goIn(folder, ...args);

const goIn = (cwd: string, ...args: string[]): string => {
  const env = { ...process.env, GOFLAGS: '-mod=mod', GO111MODULE: 'on' };
  return execFileSync('go', args, { cwd, env, encoding: 'utf8' });
};

/** A copy of the example, as an author makes one, with the driver in it. */
beforeAll(() => {
  if (missing) return;
  folder = mkdtempSync(join(tmpdir(), 'ck-go-'));
  cpSync(EXAMPLES, folder, { recursive: true });
  mkdirSync(join(folder, 'driver'));
  cpSync(join(DRIVER, 'main.go'), join(folder, 'driver/main.go'));
  cpSync(join(DRIVER, 'exports.go'), join(folder, 'castkey/exports.go'));
  go('build', '-o', join(folder, 'bin/'), '.', './driver', './print_token');
  // The second file is for those who need it: bots do without.
  cpSync(EXAMPLES, join(folder, 'alone'), {
    recursive: true,
    filter: (file) => !/castkey_more|_test\.go$/.test(file),
  });
  goIn(join(folder, 'alone'), 'build', '-o', join(folder, 'bin/alone/'), '.', './print_token');
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const built = (...name: string[]): string[] => [join(folder, 'bin', ...name)];
conforms('Go', () => (missing ? { missing } : { driver: built('driver') }));
runs('Go', ['main.go'], () =>
  missing ? { missing } : { printToken: built('print_token'), bots: { 'main.go': built('example') } },
);
runs(
  'Go, castkey.go alone',
  ['main.go'],
  () =>
    missing
      ? { missing }
      : { printToken: built('alone', 'print_token'), bots: { 'main.go': built('alone', 'example') } },
  JUDGE_IN_SHORT,
);

it('has a whole client in one file, short enough to be read', () => {
  const lines = readFileSync(join(EXAMPLES, 'castkey/castkey.go'), 'utf8').split('\n').length - 1;
  expect(lines).toBeLessThanOrEqual(900);
});

it('is formatted, and neither go vet nor its own tests find anything', { timeout: 300_000 }, ({ skip }) => {
  if (missing) skip(missing);
  expect(execFileSync('gofmt', ['-l', folder], { encoding: 'utf8' })).toBe('');
  expect(go('vet', './...')).toBe('');
  // Go looks for data races only where a C compiler is; it then compiles its whole library once more.
  const canRace = IS_LONG && go('env', 'CGO_ENABLED').trim() === '1' && findProgram('gcc');
  const races = canRace ? ['-race'] : [];
  expect(go('test', ...races, './castkey')).toMatch(/^ok /);
});
