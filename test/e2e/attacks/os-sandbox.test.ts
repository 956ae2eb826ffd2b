import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, onTestFinished, type TestContext, vi } from 'vitest';
import { attack } from '../../support/attack.ts';
import { newNonce } from '../../support/test-bot.ts';
import { electronPath, freshHome, removeHome } from '../castkey-process.ts';
import { openOwnDesktop } from '../own-desktop.ts';
import { helpersOf, lockHolder } from '../plain-castkey.ts';

const PROJECT = resolve(import.meta.dirname, '../../..');
const ORDINARY = 1500;
const WAIT = { timeout: 20_000, interval: 100 };

interface User {
  /** What makes a command this user's. */
  as: string[];
  program: string;
  project: string;
  home: string;
}

/** Whoever runs the tests; for root, who has no sandbox, an ordinary user with copies that she may read. */
async function ordinaryUser(): Promise<User> {
  const folder = freshHome();
  onTestFinished(() => removeHome(folder));
  const home = join(folder, 'p');
  mkdirSync(home, { mode: 0o700 });
  if (process.getuid?.() !== 0) return { as: [], program: electronPath(), project: PROJECT, home };
  const [runtime, project] = [join(folder, 'electron'), join(folder, 'castkey')];
  copy(dirname(electronPath()), runtime);
  for (const part of ['dist', 'package.json', 'node_modules/koffi', 'node_modules/@koromix'])
    copy(join(PROJECT, part), join(project, part));
  chownSync(home, ORDINARY, ORDINARY);
  chownSync(folder, ORDINARY, ORDINARY);
  const as = ['setpriv', `--reuid=${ORDINARY}`, `--regid=${ORDINARY}`, '--clear-groups'];
  return { as, program: join(runtime, 'electron'), project, home };
}

/** Hard links where they can be had: the runtime has 260 MB. */
function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  if (spawnSync('cp', ['-rlL', from, to]).status !== 0) spawnSync('cp', ['-rL', from, to]);
}

function skipWithoutNamespaces(context: TestContext, { as }: User): void {
  const [program = 'unshare', ...args] = [...as, 'unshare', '--user', 'true'];
  if (spawnSync(program, args).status !== 0) context.skip('this kernel gives ordinary users no namespaces');
}

const statusOf = (pid: number, name: string): string | undefined =>
  new RegExp(`^${name}:\\s*(\\S+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];

attack(
  'a page that breaks out of its own rules, on an ordinary user’s computer',
  'the system’s sandbox stands around it; windows and bots are as ever',
  async (context) => {
    if (process.platform !== 'linux') context.skip('/proc, which tells of the sandbox, is Linux’s');
    const user = await ordinaryUser();
    skipWithoutNamespaces(context, user);
    const desktop = await openOwnDesktop();
    onTestFinished(() => desktop.close());
    const { DISPLAY } = desktop.env;
    const env = { PATH: process.env.PATH, HOME: user.home, CASTKEY_HOME: user.home, DISPLAY };
    const run = (...command: string[]) => {
      const [program = '', ...args] = [...user.as, ...command];
      return spawn(program, args, { env, cwd: '/' });
    };
    const castkey = run(user.program, user.project, '--sandbox');
    onTestFinished(async () => {
      const gone = once(castkey, 'exit');
      if (castkey.exitCode === null) castkey.kill('SIGTERM');
      if (castkey.exitCode === null) await gone;
    });
    const shown = () => spawnSync('xdotool', ['search', '--onlyvisible', '--name', '^Castkey$'], { env });
    await vi.waitUntil(() => shown().status === 0, WAIT);

    const vault = lockHolder(user.home);
    expect(readFileSync(`/proc/${vault}/cmdline`, 'utf8')).not.toContain('--no-sandbox');
    const [page = 0] = helpersOf(vault, 'renderer');
    expect(statusOf(page, 'Seccomp')).toBe('2'); // a filter (proc(5))
    expect(statusOf(page, 'NoNewPrivs')).toBe('1');
    expect(namespacesOf(page)).not.toBe(namespacesOf(vault));

    const params = { protocol: 1, client: { name: 'plain-bot' }, nonce: newNonce() };
    const hello = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'hello', params });
    const script = `const s=require('net').connect(process.argv[1],()=>s.write(process.argv[2]+'\\n'));s.on('data',(d)=>{console.log(String(d));process.exit()})`;
    const bot = run(process.execPath, '-e', script, join(user.home, 'castkey.sock'), hello);
    const [answer] = (await once(bot.stdout, 'data')) as [Buffer];
    expect(JSON.parse(answer.toString().split('\n')[0] ?? '')).toMatchObject({ id: 1, result: {} });
  },
  90_000,
);

/** The level of processes a process may see: its own ids, from outside to inside. */
const namespacesOf = (pid: number): number =>
  (/^NSpid:(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '').trim().split(/\s+/).length;
