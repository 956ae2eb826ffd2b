import { once } from 'node:events';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { castkeyProgram, openTokenFixture, TOKENS } from '../../../support/castkey-program-fixture.ts';

const NODE = process.execPath;
const backwards = (text = ''): string => [...text].reverse().join('');
/** Tells the token in a way that isn't scrubbed, and stays. */
const TELL = "const tell = () => console.log('has', [...process.env.T].reverse().join(''));";
const STAY = 'setInterval(() => {}, 1000);';

/** The arguments of `exec` for a program of one line. */
const run = (flags: string, script: string): string[] => [
  'exec',
  '-u',
  '1',
  '-e',
  'T',
  ...flags.split(' ').filter(Boolean),
  '--',
  NODE,
  '-e',
  script,
];

describe('castkey exec as a program', () => {
  const castkey = castkeyProgram();

  it('runs a program with the token, and ends with its exit code', async () => {
    const script = `${TELL} tell(); console.log(process.env.TWITCH_USER_ID, process.argv[1]); process.exit(42)`;
    const args = [...run('', script), '--', '--json'];
    expect(await castkey.start(await openTokenFixture(), args).ended()).toEqual({
      code: 42,
      out: `has ${backwards(TOKENS[0])}\n1 --json\n`,
      err: '',
    });
  });

  it('passes a signal on to the program', async () => {
    const script = `process.on('SIGTERM', () => process.exit(9)); console.log('up'); ${STAY}`;
    const running = castkey.start(await openTokenFixture(), run('', script));
    await running.until('up');
    running.process.kill('SIGTERM');
    expect((await running.ended()).code).toBe(9);
  });

  it('ends with 127 for a program that is not there', async () => {
    const args = ['exec', '-u', '1', '--', '/no/such/program'];
    const { code, err } = await castkey.start(await openTokenFixture(), args).ended();
    expect(code).toBe(127);
    expect(err).not.toContain(TOKENS[0]);
  });

  describe('output', () => {
    it('is without the token, also where it is cut; both outputs and both forms', async () => {
      const script = `const { T } = process.env;
        process.stdout.write('a ' + T.slice(0, 9));
        process.stderr.write('PASS oauth:' + T + '!');
        setTimeout(() => process.stdout.write(T.slice(9) + ' z'), 120)`;
      const { out, err } = await castkey.start(await openTokenFixture(), run('', script)).ended();
      expect({ out, err }).toEqual({ out: 'a [token] z', err: 'PASS [token]!' });
    });

    it('reaches the reader although the program says no more', async () => {
      const script = `process.stdout.write('user t'); ${STAY}`;
      await castkey.start(await openTokenFixture(), run('', script)).until('user t');
    });

    it('is otherwise byte for byte what the program wrote, to the last one', async () => {
      const script = `const all = Buffer.alloc(3e6); for (let i = 0; i < 3e6; i += 1) all[i] = i * 7919 % 256;
        process.stdout.write(all)`;
      const running = castkey.start(await openTokenFixture(), run('', script));
      const chunks: Buffer[] = [];
      running.process.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
      await running.ended();
      const bytes = Buffer.concat(chunks);
      expect(bytes).toHaveLength(3e6);
      expect(bytes.every((byte, index) => byte === (index * 7919) % 256)).toBe(true);
    });

    it('is left alone with --no-scrub', async () => {
      const script = 'console.log(process.env.T)';
      const { out } = await castkey.start(await openTokenFixture(), run('--no-scrub', script)).ended();
      expect(out).toBe(`${TOKENS[0]}\n`);
    });

    it('that nobody reads any more ends the program as a closed pipe does', async () => {
      const running = castkey.start(await openTokenFixture(), ['exec', '-u', '1', '--', 'yes']);
      await running.until('y');
      running.process.stdout?.destroy();
      const [code] = await once(running.process, 'exit');
      expect(code).toBe(128 + constants.signals.SIGPIPE);
      expect(running.said.err).toBe('');
    });
  });

  describe('on a new token', () => {
    it('starts the program again with it, and hides the old one, too', async () => {
      const fixture = await openTokenFixture();
      const script = `${TELL} tell(); console.log('${TOKENS[0]} ${TOKENS[1]}'); ${STAY}`;
      const running = castkey.start(fixture, run('--on-change restart --splay 0', script));
      await running.until(`has ${backwards(TOKENS[0])}`);
      fixture.renew(2);
      await running.until(`has ${backwards(TOKENS[1])}\n[token] [token]\n`);
      running.process.kill('SIGTERM');
      const { code, err } = await running.ended();
      expect(code).toBe(143);
      expect(err).toContain('the token has changed; restarting');
    });

    it('kills a program that does not want to end', async () => {
      const fixture = await openTokenFixture();
      const script = `process.on('SIGTERM', () => {}); ${TELL} tell(); ${STAY}`;
      const running = castkey.start(fixture, run('--on-change restart --splay 0 --grace 0.2', script));
      await running.until(`has ${backwards(TOKENS[0])}`);
      fixture.renew(2);
      expect(await running.until(`has ${backwards(TOKENS[1])}`)).toContain('still there after 0.2 s');
    });

    it('lets a program that ends by itself be', async () => {
      const fixture = await openTokenFixture();
      const script = `${TELL} tell(); process.stdin.once('data', () => process.exit(7))`;
      const running = castkey.start(fixture, run('--on-change restart --splay 0', script));
      await running.until('has');
      running.process.stdin?.write('end\n');
      expect((await running.ended()).code).toBe(7);
      expect(running.said.out.match(/has/g)).toHaveLength(1);
    });

    it('finds one after a restart of Castkey, of which it hears nothing', async () => {
      const fixture = await openTokenFixture();
      const running = castkey.start(fixture, run('--on-change restart --splay 0', `${TELL} tell(); ${STAY}`));
      await running.until(`has ${backwards(TOKENS[0])}`);
      await fixture.vault.stop();
      fixture.renew(2);
      await fixture.vault.start();
      await running.until(`has ${backwards(TOKENS[1])}`);
    });

    it('writes it to a private file and sends the signal; nothing stays behind', async () => {
      const fixture = await openTokenFixture();
      const script = `const read = () => console.log('file', [...require('fs').readFileSync(process.env.T_FILE, 'utf8')].reverse().join(''), process.env.T_FILE);
        process.on('SIGUSR2', read); read(); ${STAY}`;
      const env = { XDG_RUNTIME_DIR: fixture.folder };
      const running = castkey.start(fixture, run('--on-change signal=USR2', script), { env });
      await running.until(`file ${backwards(TOKENS[0])}`);
      const path = / (\/\S+)\n/.exec(running.said.out)?.[1] ?? '';
      expect(path.startsWith(join(fixture.folder, 'castkey-exec-'))).toBe(true);
      expect((await stat(path)).mode & 0o777).toBe(0o600);
      expect((await stat(dirname(path))).mode & 0o777).toBe(0o700);
      fixture.renew(2);
      await running.until(`file ${backwards(TOKENS[1])}`);
      running.process.kill('SIGTERM');
      await running.ended();
      expect((await readdir(fixture.folder)).filter((name) => name.startsWith('castkey-exec'))).toEqual([]);
    });

    it('keeps a file of the user\u2019s choice up to date', async () => {
      const fixture = await openTokenFixture();
      const path = join(fixture.folder, 'token');
      const script = `const { readFileSync, watch } = require('fs');
        const read = () => { try { return readFileSync('${path}', 'utf8') } catch { return '' } };
        watch('${fixture.folder}', () => { if (read().includes('tok2')) { console.log('new'); process.exit() } });
        console.log('old', read().length)`;
      const running = castkey.start(fixture, [...run(`--file ${path} --format oauth`, script)]);
      await running.until('old 36');
      fixture.renew(2);
      const { code, out } = await running.ended();
      expect({ code, out }).toEqual({ code: 0, out: 'old 36\nnew\n' });
      await expect(stat(path)).rejects.toMatchObject({ code: 'ENOENT' });
    });

    it('takes over what a killed run left behind, and nothing else', async () => {
      const fixture = await openTokenFixture();
      const path = join(fixture.folder, 'token');
      const args = run(`--file ${path}`, '');
      await writeFile(path, 'dear diary');
      const { code, err } = await castkey.start(fixture, args).ended();
      expect({ code, err }).toMatchObject({ code: 2, err: expect.stringContaining('something else') });
      expect(await readFile(path, 'utf8')).toBe('dear diary');
      await writeFile(path, TOKENS[0] ?? '');
      expect((await castkey.start(fixture, args).ended()).code).toBe(0);
    });
  });
});
