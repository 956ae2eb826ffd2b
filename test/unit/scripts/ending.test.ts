/** How the scripts of package.json end what they have started, with real processes. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../support/client-fixture.ts';
import { until } from '../../support/until.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const moduleOf = (name: string): string => JSON.stringify(join(ROOT, 'scripts/setup', name));

/** Starts a program; `said` is what it and those below it print. */
function start(command: string[], env: NodeJS.ProcessEnv = {}): { child: ChildProcess; said: () => string } {
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  return { child, said: () => said };
}

async function script(text: string): Promise<string> {
  const path = join(await temporaryFolder(), 'script.mjs');
  await writeFile(path, text);
  return path;
}

const isAlive = (pid: number): boolean => {
  try {
    return pid > 1 && process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('a script of npm', () => {
  const FOLLOWER = `import { followNpm } from ${moduleOf('follow-npm.mjs')};
    followNpm(); console.log('pid ' + process.pid); setInterval(() => {}, 1000);`;
  const ofProject = { npm_package_json: join(ROOT, 'package.json') };

  it.each([
    ['its shell became it', (path: string) => `exec node ${path}`],
    ['its shell waits for it', (path: string) => `node ${path}; true`],
  ])('ends when npm is killed: %s; one that npm has nothing to do with stays', async (_, line) => {
    const path = await script(FOLLOWER);
    const npm = `require('child_process').spawn('sh', ['-c', ${JSON.stringify(line(path))}], { stdio: 'inherit' });
      setInterval(() => {}, 1000)`;
    const [ours, other] = [ofProject, { npm_package_json: '/bot/package.json' }].map((env) =>
      start([process.execPath, '-e', npm], env),
    ) as [ReturnType<typeof start>, ReturnType<typeof start>];
    const pidOf = (said: string): number => Number(/pid (\d+)/.exec(said)?.[1] ?? 0);
    await until(() => pidOf(ours.said()) > 0 && pidOf(other.said()) > 0);
    const [own, foreign] = [pidOf(ours.said()), pidOf(other.said())];
    onTestFinished(() => void (isAlive(foreign) && process.kill(foreign, 'SIGKILL')));
    for (const { child } of [other, ours]) child.kill('SIGKILL');
    await until(() => !isAlive(own));
    expect(isAlive(foreign)).toBe(true);
  });
});

describe('a signal for a script', () => {
  /** A display that says when it goes, and a program on it that takes a moment to end. */
  const SESSION = `trap 'echo display gone; exit 0' TERM INT
    sh -c 'trap "echo program told; sleep 0.2; echo program gone; exit 7" TERM; echo pid $$; while :; do sleep 0.05; done' &
    wait $!; code=$?; echo display gone; exit $code`;
  const SCRIPT = `import { run } from ${moduleOf('process.mjs')};
    const { stdin } = process;
    let first;
    stdin.once('data', (text) => { first = Number(text); console.log('ready'); stdin.destroy(); });
    const { code } = await run('sh', ['-c', ${JSON.stringify(SESSION)}], { input: '', firstToHear: () => first });
    console.log('code ' + code);`;

  it('ends the program before its display, also when it comes twice', async () => {
    const { child, said } = start([process.execPath, await script(SCRIPT)]);
    await until(() => /pid \d+/.test(said()));
    child.stdin?.write(/pid (\d+)/.exec(said())?.[1] ?? '');
    await until(() => said().includes('ready'));
    child.kill('SIGTERM');
    await until(() => said().includes('program told'));
    child.kill('SIGTERM');
    await once(child, 'close');
    expect(said().slice(said().indexOf('ready'))).toBe(
      'ready\nprogram told\nprogram gone\ndisplay gone\ncode 7\n',
    );
  });
});

it('a script starts Electron as Electron, whatever the terminal was started from', async () => {
  const path = await script(`import { prepare } from ${moduleOf('prepare.mjs')};
    await prepare({}); console.log(process.env.ELECTRON_RUN_AS_NODE, process.env.ELECTRON_FORCE_IS_PACKAGED, process.env.KEPT);`);
  const env = {
    HOME: process.env.HOME,
    ELECTRON_RUN_AS_NODE: '1',
    ELECTRON_FORCE_IS_PACKAGED: '1',
    KEPT: '1',
  };
  const { child, said } = start([process.execPath, path], env);
  await once(child, 'close');
  expect(said()).toContain('undefined undefined 1\n');
});
