import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { constants } from 'node:os';
import { asBefore, type NamespacePlan } from './plan.ts';
import { endEverybody } from './processes.ts';

/** Where `ip` and `mount` may lie that an ordinary user's PATH leaves out. */
const SYSTEM_PATH = '/usr/sbin:/usr/bin:/sbin:/bin';

function must(command: string, ...args: string[]): void {
  const env = { ...process.env, PATH: `${process.env.PATH ?? ''}:${SYSTEM_PATH}`, LC_ALL: 'C' };
  const { error, status, stderr } = spawnSync(command, args, { env, encoding: 'utf8' });
  const why = error?.message ?? stderr.trim();
  if (error || status !== 0) throw new Error(`${command} ${args.join(' ')}: ${why || `exit code ${status}`}`);
}

/** A connection at one of Twitch's ports is one to the sandbox. */
function relay(bridge: string, inner: Socket): void {
  const outer = connect({ path: bridge, allowHalfOpen: true });
  inner.pipe(outer).pipe(inner);
  for (const [one, other] of [
    [inner, outer],
    [outer, inner],
  ] as const)
    one.on('error', () => one.destroy()).on('close', () => other.destroy());
}

async function listen(bridge: string, port: number): Promise<void> {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => relay(bridge, socket));
  await once(server.listen({ host: '127.0.0.1', port }), 'listening');
}

/** Runs the program as who she is; its exit code, as a shell has it. */
async function runProgram({ program, user, terminal }: NamespacePlan): Promise<number> {
  const child = spawn('unshare', [...asBefore(user), '--', ...program], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      if (!terminal || signal !== 'SIGINT') child.kill(signal);
    });
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  return code ?? 128 + (signal ? constants.signals[signal] : 0);
}

/** The first program in a network and with mounts of its own; nothing it does is seen outside. */
async function main(): Promise<number> {
  const plan = JSON.parse(process.argv[2] ?? '') as NamespacePlan;
  must('ip', 'link', 'set', 'lo', 'up');
  for (const [from, over] of plan.overlays) must('mount', '--bind', from, over);
  await Promise.all(plan.ports.map((port) => listen(plan.bridge, port)));
  // While castkey lives, this stays open; whatever ends castkey ends all that is in here.
  const lifeline = connect({ path: plan.bridge });
  await once(lifeline, 'connect');
  const left = once(lifeline, 'close').then(() => 1);
  lifeline.on('error', () => lifeline.destroy()).resume();
  const code = await Promise.race([runProgram(plan), left]);
  await endEverybody();
  return code;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
