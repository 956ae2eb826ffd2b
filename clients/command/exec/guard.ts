import { spawn } from 'node:child_process';

/** Seconds between SIGTERM and SIGKILL. */
const GRACE_S = 10;

/**
 * Hears whom to end by its input (what stands on a command line would make it one of them), then waits for a line, which
 * says that all is done. The input's end without one means that `castkey` is gone.
 * Whoever has the number of the run in its environment is found where the system has /proc (Linux).
 */
const SCRIPT = `read -r target run left
read -r done && exit
all() { printf '%s\\n' "$target"; grep -lsF "$run" /proc/[0-9]*/environ | cut -d/ -f3; }
send() { answered=1; for one in $(all); do kill -s "$1" -- "$one" && answered=0; done 2>/dev/null; return "$answered"; }
send TERM
while [ "$left" -gt 0 ] && send 0; do sleep 1; left=$((left - 1)); done
send KILL`;

/**
 * Ends a program in case `castkey` is killed with SIGKILL or crashes, which it can't hear of itself.
 *
 * @param target Its process, or less than 0: its group.
 * @returns How to send the guard home.
 */
export function startGuard(target: number, run: string): () => void {
  const guard = spawn('/bin/sh', ['-c', SCRIPT, 'castkey-guard'], {
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { PATH: process.env.PATH ?? '/usr/bin:/bin' },
    cwd: '/',
    // In a group of its own: what kills ours spares it.
    detached: true,
  });
  // Without one (no shell, no memory) the program is as safe as that of any other command.
  guard.on('error', () => {});
  guard.stdin.on('error', () => {});
  guard.stdin.write(`${target} ${run} ${GRACE_S}\n`);
  guard.unref();
  return () => void guard.stdin.end('\n');
}
