import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { EXIT_MEANINGS, EXIT_ROWS } from '../../../../clients/command/exit-codes.ts';
import { ENVIRONMENT, helpOf, meaningOf } from '../../../../clients/command/help.ts';
import { manPage } from '../../../../clients/command/man-page.ts';
import { COMMANDS, run } from '../../../../clients/command/run.ts';
import { FAULTS } from '../../../../clients/command/sandbox/faults.ts';
import { openTerminalFixture, type Terminal } from '../../../support/terminal-fixture.ts';

const read = (path: string): string => readFileSync(new URL(`../../../../${path}`, import.meta.url), 'utf8');
/** Rows of the table under a heading, as pairs. */
function rowsUnder(text: string, heading: string): string[][] {
  const part = text.slice(text.indexOf(heading)).split('\n## ')[0] ?? '';
  const rows = part.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('|---'));
  return rows.slice(1).map((line) =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
}

describe('the help of a command', () => {
  const helpFor = (name: string): string => helpOf(name, COMMANDS[name] ?? expect.fail(`no command ${name}`));

  it('lists the exit codes that this command can end with', () => {
    expect(helpFor('exec')).toContain('126');
    expect(helpFor('status')).not.toContain('126');
  });

  it('tells the defaults that hold for it', () => {
    expect(helpFor('status')).toContain('(default: castkey-cli)');
    expect(helpFor('conformance')).toContain('(default: castkey-conformance)');
    expect(helpFor('conformance')).not.toContain('castkey-cli');
  });
});

describe('docs/command.md', () => {
  const text = read('docs/command.md');

  it('has the exit codes of the code', () => {
    expect(rowsUnder(text, '## Exit codes').map(([code, meaning]) => [code, meaning])).toEqual(EXIT_ROWS);
  });

  it('has the variables of the code', () => {
    expect(rowsUnder(text, '## Environment').map(([name]) => name)).toEqual(
      ENVIRONMENT.map(([name]) => name),
    );
  });

  it('has every fault of the sandbox', () => {
    const documented = rowsUnder(text, '## castkey sandbox').map(([name = '']) => name.split(' ')[0]);
    expect(documented.sort()).toEqual(Object.keys(FAULTS).sort());
  });

  it.each(Object.entries(COMMANDS))('tells of %s and each of its flags', (name, { flags }) => {
    const part = text.slice(text.indexOf(`## castkey ${name}\n`)).split('\n## ')[0] ?? '';
    expect(part).toContain(`castkey ${name}`);
    const common = text.slice(text.indexOf('## Flags of many commands')).split('\n## ')[0] ?? '';
    for (const flag of flags) expect(part + common).toContain(`--${flag}`);
  });
});

it('clients/javascript/README.md has every command and the same exit codes', () => {
  const text = read('clients/javascript/README.md');
  for (const name of Object.keys(COMMANDS)) expect(text).toContain(`| \`${name}\` |`);
  for (const [code, meaning] of Object.entries(EXIT_MEANINGS))
    expect(text).toContain(`| ${code} | ${meaning} |`);
});

describe('the man page', () => {
  const text = manPage();
  /** As roff has it. */
  const typed = (words: string): string =>
    words
      .replaceAll('\\', '\\e')
      .replaceAll('-', '\\-')
      .replace(/^([.'])/gm, '\\&$1')
      .replaceAll('…', '...')
      .replace(/[“”]/g, '"');

  it.each(Object.entries(COMMANDS))('has what the help says of %s', (name, command) => {
    const section = text.slice(text.indexOf(`.SS castkey ${name}`)).split(/\n\.S[SH] /)[0] ?? '';
    expect(section).toMatch(new RegExp(`^\\.SS castkey ${name}( |\n)`));
    for (const flag of command.flags) {
      expect(section).toContain(typed(`--${flag}`));
      expect(section).toContain(typed(meaningOf(command, flag)));
    }
    expect(section).toContain(`\n.nf\n${typed(command.details)}\n.fi`);
  });

  it('has the variables and the exit codes', () => {
    for (const [name, meaning] of [...ENVIRONMENT, ...EXIT_ROWS]) {
      expect(text).toContain(`.TP\n.B ${typed(name)}\n${typed(meaning)}\n`);
    }
  });

  it('has no line that roff takes for a request by mistake, and no character it has no name for', () => {
    const requests = text.split('\n').filter((line) => /^[.']/.test(line));
    const known = /^\.(?:\\"|(?:TH|SH|SS|TP|PP|B|BR|I|RI|nf|fi)\b)/;
    expect(requests.filter((line) => !known.test(line))).toEqual([]);
    expect(text).not.toMatch(/[…“”]/);
  });

  it('goes with the package', () => {
    const { man, files } = JSON.parse(read('clients/javascript/package.json')) as {
      man: string;
      files: string[];
    };
    expect(man).toBe('./dist/castkey.1');
    expect(files).toEqual(expect.arrayContaining(['dist']));
  });
});

describe('completions', () => {
  let io: Terminal;
  beforeEach(async () => {
    ({ io } = await openTerminalFixture());
  });

  /** What bash offers behind these words. */
  function offers(script: string, ...words: string[]): string[] {
    const line = words.map((word) => `'${word}'`).join(' ');
    const ask = `${script}\nCOMP_WORDS=(castkey ${line}); COMP_CWORD=${words.length}; _castkey; echo "\${COMPREPLY[@]}"`;
    return execFileSync('bash', ['-c', ask], { encoding: 'utf8' }).trim().split(' ').filter(Boolean);
  }

  it('offer commands, flags, values and faults in bash', async () => {
    await run(['completions', 'bash'], io);
    const script = io.printed.out;
    expect(offers(script, '')).toEqual([...Object.keys(COMMANDS), '--help', '--version']);
    expect(offers(script, 'exec', '--on')).toEqual(['--on-change']);
    expect(offers(script, 'exec', '--on-change', 're')).toEqual(['restart']);
    expect(offers(script, 'sandbox', 'fault', 'inv')).toEqual(['invalid-refresh', 'invalid-client']);
    expect(offers(script, 'completions', '')).toContain('fish');
  });

  it.each(['zsh', 'fish'])('name every fault in %s', async (shell) => {
    await run(['completions', shell], io);
    for (const name of Object.keys(FAULTS)) expect(io.printed.out).toContain(name);
  });
});
