import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findProgram } from '../../support/find-program.ts';
import { conforms, runs } from './language-suite.ts';

const EXAMPLES = join(import.meta.dirname, '../../../clients/python');
const DRIVER = join(import.meta.dirname, 'drivers/driver.py');
const missing = findProgram('python3') ? undefined : 'Python is not installed: apt-get install python3';
const env = { PYTHONPATH: EXAMPLES, PYTHONDONTWRITEBYTECODE: '1' };
const python = (...args: string[]): string[] => ['python3', '-W', 'error', ...args];
const example = (name: string): string[] => python(join(EXAMPLES, name));
const client = (kind: string) => () => (missing ? { missing } : { driver: python(DRIVER, kind), env });

conforms('Python with threads', client('sync'));
conforms('Python with asyncio', client('async'), false);
runs('Python', ['helix_bot.py', 'twitchio_bot.py'], () =>
  missing
    ? { missing }
    : {
        printToken: example('print_token.py'),
        bots: { 'helix_bot.py': example('helix_bot.py'), 'twitchio_bot.py': example('twitchio_bot.py') },
        env,
      },
);

it('is no newer than Python 3.9 in its syntax', ({ skip }) => {
  if (missing) skip(missing);
  const parse =
    'import ast, sys; from pathlib import Path; [ast.parse(Path(name).read_text(), feature_version=(3, 9)) for name in sys.argv[1:]]';
  const files = ['castkey.py', 'helix_bot.py', 'twitchio_bot.py', 'print_token.py'];
  const args = ['-W', 'error', '-c', parse, ...files.map((name) => join(EXAMPLES, name))];
  expect(execFileSync('python3', args, { encoding: 'utf8' })).toBe('');
});
