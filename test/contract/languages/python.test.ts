import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findProgram } from '../../support/find-program.ts';
import { ASKING } from './asking-scenarios.ts';
import { actsAsOthers, conforms, runs } from './language-suite.ts';
import { IS_LONG, JUDGE_IN_SHORT } from './long-form.ts';
import { SCENARIOS } from './scenarios.ts';

const EXAMPLES = join(import.meta.dirname, '../../../clients/python');
const DRIVER = join(import.meta.dirname, 'drivers/driver.py');
const missing = findProgram('python3') ? undefined : 'Python is not installed: apt-get install python3';
const env = { PYTHONPATH: EXAMPLES, PYTHONDONTWRITEBYTECODE: '1' };
const python = (...args: string[]): string[] => ['python3', '-W', 'error', ...args];
const example = (name: string): string[] => python(join(EXAMPLES, name));
const client = (kind: string) => () => (missing ? { missing } : { driver: python(DRIVER, kind), env });

conforms('Python with threads', client('sync'));
/** It is the code of the threads with other names; so its names, errors and events are enough in short. */
const OF_ASYNC = /^has every method|^tells of a no|^heeds events/;
const all = Object.entries({ ...SCENARIOS, ...ASKING });
const ofAsync = all.filter(([title]) => IS_LONG || OF_ASYNC.test(title));
actsAsOthers('Python with asyncio', client('async'), Object.fromEntries(ofAsync));
runs('Python', ['helix_bot.py', 'twitchio_bot.py'], () =>
  missing
    ? { missing }
    : {
        printToken: example('print_token.py'),
        bots: { 'helix_bot.py': example('helix_bot.py'), 'twitchio_bot.py': example('twitchio_bot.py') },
        env,
      },
);

/** A bot's folder with the one file that every bot needs. */
const ALONE = mkdtempSync(join(tmpdir(), 'ck-py-'));
beforeAll(() => {
  for (const name of ['castkey.py', 'print_token.py', 'helix_bot.py'])
    cpSync(join(EXAMPLES, name), join(ALONE, name));
});
afterAll(() => rmSync(ALONE, { recursive: true, force: true }));
const alone = (name: string): string[] => python(join(ALONE, name));
runs(
  'Python without castkey_more.py',
  ['helix_bot.py'],
  () =>
    missing
      ? { missing }
      : {
          printToken: alone('print_token.py'),
          bots: { 'helix_bot.py': alone('helix_bot.py') },
          env: { PYTHONDONTWRITEBYTECODE: '1' },
        },
  JUDGE_IN_SHORT,
);

it('says which file is missing for what few bots need', ({ skip }) => {
  if (missing) skip(missing);
  const ask = 'import castkey; castkey.Castkey("bot", socket="/nowhere").status()';
  const failing = () =>
    execFileSync('python3', ['-B', '-c', ask], { cwd: ALONE, stdio: 'pipe', encoding: 'utf8' });
  expect(failing).toThrow('castkey_more.py must lie beside castkey.py');
});

it('is short enough to be read by who copies it', () => {
  const lines = readFileSync(join(EXAMPLES, 'castkey.py'), 'utf8').trimEnd().split('\n');
  expect(lines.length).toBeLessThanOrEqual(700);
  expect(lines.filter((line) => line.length > 120)).toEqual([]);
});

it('is no newer than Python 3.9 in its syntax', ({ skip }) => {
  if (missing) skip(missing);
  const parse =
    'import ast, sys; from pathlib import Path; [ast.parse(Path(name).read_text(), feature_version=(3, 9)) for name in sys.argv[1:]]';
  const files = ['castkey.py', 'castkey_more.py', 'helix_bot.py', 'twitchio_bot.py', 'print_token.py'];
  const args = ['-W', 'error', '-c', parse, ...files.map((name) => join(EXAMPLES, name))];
  expect(execFileSync('python3', args, { encoding: 'utf8' })).toBe('');
});
