/** Real processes that connect as one program and want to be taken for another. Linux alone. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { onTestFinished, type TestContext } from 'vitest';
import { findProgram } from './find-program.ts';
import { connectBot, type TestBot } from './test-bot.ts';

/** A harmless program that is there everywhere, and that nobody would suspect. */
export const DISGUISE = realpathSync(findProgram('sleep') ?? '/bin/sleep');

/** Of util-linux; it gives a process namespaces of its own. */
const UNSHARE = findProgram('unshare') ?? '/usr/bin/unshare';

/** Of util-linux; it starts a program without random addresses. */
const SETARCH = findProgram('setarch') ?? '/usr/bin/setarch';

/** Whoever speaks to Castkey, and the process it is shown as. */
export interface DisguisedProgram {
  /** Of the process that connects. */
  pid: number;
  /** Whichever process speaks, once there is a connection. */
  connected: Promise<TestBot>;
  /** Has the process that connected do what its kind does next. */
  next(): void;
  end(): void;
}

export type DisguiseKind =
  /** The child speaks; the parent, which connected, starts the disguise in its place. */
  | 'starts'
  /** The same, and the connection is left open in the disguise. */
  | 'starts-and-leaves-it'
  /** The child speaks; the parent, which connected, ends. */
  | 'ends'
  /** Speaks itself all the time. */
  | 'stays'
  /** The same; its connection, which it could leave to others at first, then looks like one it can't. */
  | 'closes-on-exec';

/** What is started in its place: a program and its arguments. */
export type Disguise = readonly [program: string, ...args: string[]];
export const SLEEP: Disguise = [DISGUISE, '600'];

const PROGRAM = `
  use IO::Socket::UNIX; use IO::Select; $| = 1;
  my ($path, $kind, $wait, @disguise) = @ARGV;
  $^F = 1000 if $kind =~ /leaves-it|closes-on-exec/;
  sub stack { open my $stat, '<', "/proc/$_[0]/stat"; my ($fields) = <$stat> =~ /.*\\) (.*)/; (split ' ', $fields)[25] }
  sub command { open my $args, '<', "/proc/$_[0]/cmdline"; local $/; <$args> }
  if ($wait eq 'aligned') { # the environment's length decides where the next program's stack begins
    $ENV{XX} = '';
    my $child = fork || do { close STDOUT; exec { $disguise[0] } @disguise };
    1 until command($child) eq join("\\0", @disguise, '');
    my $more = stack($child) - stack($$);
    kill 9, $child; waitpid $child, 0;
    die 'it has too long an environment' if $more < 0;
    $ENV{XX} = 'x' x $more;
  }
  my $socket = IO::Socket::UNIX->new(Peer => $path) or die "no connection: $!";
  print "connected $$\\n";
  pipe(my $orders, my $give);
  my $speaker = $kind =~ /^(stays|closes-on-exec)$/ ? 0 : fork;
  if ($speaker) {
    close $give; close $socket if $kind eq 'starts';
    sysread($orders, my $order, 1) if $wait ne 'at once';
    exit 0 if $kind eq 'ends';
    exec { $disguise[0] } @disguise;
  }
  open my $said, '<&=', 3; # Node closes standard input as soon as the one that connected has ended
  my $both = IO::Select->new($said, $socket);
  while (1) {
    for my $ready ($both->can_read) {
      sysread($ready, my $text, 65536) or exit;
      if ($ready == $socket) { syswrite(STDOUT, $text); next }
      if ($text =~ s/^next\n//m) {
        syswrite($give, 'x');
        fcntl($socket, 2, 1) if $kind eq 'closes-on-exec'; # F_SETFD, FD_CLOEXEC
      }
      syswrite($socket, $text) if length $text;
    }
  }`;

/** Skips the test where a process can't be disguised. */
export function needDisguises(context: TestContext): string {
  if (process.platform !== 'linux') context.skip('what is tried here is Linux’s: /proc and namespaces');
  const perl = findProgram('perl');
  if (perl === undefined) context.skip('perl, which plays the program, is not installed');
  return perl ?? '';
}

/** Skips the test where programs may not have mounts of their own. */
export function needNamespaces(context: TestContext): void {
  const tried = spawnSync(UNSHARE, ['-Urm', 'mount', '--bind', DISGUISE, DISGUISE]);
  if (tried.status !== 0) context.skip('user namespaces with mounts of their own are not allowed here');
}

/** Skips the test where programs can't be started without random addresses. */
export function needFixedAddresses(context: TestContext): void {
  const tried = spawnSync(SETARCH, ['-R', DISGUISE, '0']);
  if (tried.status !== 0) context.skip('programs can’t be started without random addresses here');
}

/** Starts one that does what its kind does after `next`, or right after it has connected. */
export function startDisguised(
  perl: string,
  path: string,
  kind: DisguiseKind,
  when: 'waits' | 'at once' = 'waits',
): DisguisedProgram {
  return start(perl, ['-e', PROGRAM, path, kind, when, ...SLEEP]);
}

/** Starts one that starts `disguise` in its place right after it has connected, its connection left open there. */
export function startLeaving(perl: string, path: string, disguise: Disguise): DisguisedProgram {
  return start(perl, ['-e', PROGRAM, path, 'starts-and-leaves-it', 'at once', ...disguise]);
}

/** Starts one that has no random addresses, and waits to start `disguise` with its stack at the same place. */
export function startAligned(perl: string, path: string, disguise: Disguise): DisguisedProgram {
  return start(SETARCH, ['-R', perl, '-e', PROGRAM, path, 'starts-and-leaves-it', 'aligned', ...disguise]);
}

/** Starts one that speaks itself, from a script of its own in this folder. */
export function startFrom(perl: string, path: string, folder: string): DisguisedProgram {
  const script = join(folder, `bot-${readdirSync(folder).length}.pl`);
  writeFileSync(script, PROGRAM);
  return start(perl, [script, path, 'stays', 'at once']);
}

/** Lays a file system over a folder that never answers, until the test ends. False where only root may. */
export async function silence(folder: string): Promise<boolean> {
  const mounting =
    'exec 3<>/dev/fuse && mount -i -t fuse -o "$2" silent "$1" && echo mounted && exec sleep 600';
  const options = 'fd=3,rootmode=40000,user_id=0,group_id=0';
  const holder = spawn('sh', ['-c', mounting, 'sh', folder, options], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const mounted = await Promise.race([
    once(holder.stdout, 'data').then(() => true),
    once(holder, 'close').then(() => false),
  ]);
  onTestFinished(() => {
    holder.kill('SIGKILL');
    if (mounted) spawnSync('umount', ['-l', folder]);
  });
  return mounted;
}

/** Starts perl in user and network namespaces of its own, as in a container. */
export function startContained(perl: string, path: string): DisguisedProgram {
  return start(UNSHARE, ['-Urn', perl, '-e', PROGRAM, path, 'stays', 'at once']);
}

/** Starts perl under the disguise's path, by a mount that only it and its children see. */
export function startMounted(perl: string, path: string): DisguisedProgram {
  const script = 'mount --bind "$0" "$1" && exec "$@"';
  const args = [DISGUISE, '-e', PROGRAM, path, 'stays', 'at once'];
  return start(UNSHARE, ['-Urm', 'sh', '-c', script, realpathSync(perl), ...args]);
}

function start(command: string, args: string[]): DisguisedProgram {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit', 'pipe'] });
  const { pid = 0 } = child;
  const [heard, said] = [child.stdio[1] as Readable, child.stdio[3] as Writable];
  const lines = createInterface(heard);
  const end = (): void => {
    said.end(); // whoever speaks ends at that
    killQuietly(pid);
  };
  const accept: Parameters<typeof connectBot>[0]['accept'] = (pipe) => {
    lines.on('line', (line) => pipe.write(`${line}\n`));
    return { data: (bytes) => void said.write(bytes), drained: () => undefined, closed: end };
  };
  const connected = once(lines, 'line').then(([line]) => {
    if (line !== `connected ${pid}`) throw new Error(`it did not connect: ${String(line)}`);
    return connectBot({ accept }, () => undefined);
  });
  onTestFinished(end);
  return { pid, connected, next: () => void said.write('next\n'), end };
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it has ended by itself
  }
}

/** Whether its number is free again. */
export function hasEnded({ pid }: DisguisedProgram): boolean {
  return !existsSync(`/proc/${pid}`);
}

/** Whether the disguise runs in a process by now. */
export function wearsDisguise({ pid }: DisguisedProgram, [program, ...args]: Disguise = SLEEP): boolean {
  const command = [program, ...args].map((arg) => `${arg}\0`).join('');
  return (
    readlinkSync(`/proc/${pid}/exe`) === program && readFileSync(`/proc/${pid}/cmdline`, 'utf8') === command
  );
}

/** clone3(2) with `set_tid`; its number is the same on x86-64 and arm64. */
const TAKE_NUMBER = `
  my ($pid, $disguise) = @ARGV;
  my $wanted = pack('l', $pid);
  my $args = pack('Q11', 0, 0, 0, 0, 17, 0, 0, 0, unpack('Q', pack('P', $wanted)), 1, 0);
  my $child = syscall(435, $args, length $args);
  die "refused: $!" if $child < 0;
  exec { $disguise } $disguise, 600 if $child == 0;
  $| = 1; print "taken\\n"; wait;`;

/** Starts the disguise as the process of this number, whose own has ended; false where that isn't allowed. */
export async function takeNumber(perl: string, pid: number): Promise<boolean> {
  const child = spawn(perl, ['-e', TAKE_NUMBER, String(pid), DISGUISE]);
  onTestFinished(() => void child.kill('SIGKILL'));
  const taken = await Promise.race([
    once(child.stdout, 'data').then(() => true),
    once(child, 'close').then(() => false),
  ]);
  if (taken) onTestFinished(() => killQuietly(pid));
  return taken;
}
