import { type ChildProcess, spawn } from 'node:child_process';
import { writeSync } from 'node:fs';
import { app } from 'electron';
import { z } from 'zod';

const STDERR = 2;
const F_DUPFD_CLOEXEC = 1030;
/** What Castkey says when it is about to quit in order to start again. */
const AGAIN = 'castkey: starting again';
/** What it says at its end; the keeper passes it on to nobody. */
const BYE = 'castkey-keeper: quit';
/** Has a start end at once when there is a display after all. */
export const UNLESS_DISPLAY = '--unless-display';
/** Starts within a minute of each other, before it is given up. */
const MAX_RESTARTS = 10;

/**
 * The keeper: a small shell that reads what Castkey and Chromium write to standard error and passes it on.
 * Chromium says so when it gives up (`[pid:…:FATAL:…`), and so do GTK's X and Wayland connections, mostly; then
 * the keeper starts Castkey again. Where nothing is said, Castkey was killed, and stays so while there is a display:
 * else it is GTK that ended it without a word, as was seen in one of ten cases.
 * `$1` is Castkey's process id; what follows is how it was started.
 */
const KEEPER = `
trap '' PIPE HUP INT
pid=$1; shift
began=$(date +%s); again=; bye=; program=$1
while IFS= read -r line; do
  [ "$line" != "${BYE} $pid" ] || { bye=yes; continue; }
  printf '%s\\n' "$line" >&2
  case $line in
    "[$pid:"*:FATAL:*|*[Ff]'atal IO error '*|*'lost its connection to the display'*|*'Lost connection to Wayland'*|"${AGAIN} ($pid)"*) again=yes ;;
    "[$pid:"*'The platform failed to initialize'*) again=yes; shift
      set -- "$program" --ozone-platform=headless "$@" ;;
  esac
  [ -z "$again" ] || break
done
[ -z "$bye" ] || [ -n "$again" ] || exit 0
[ -n "$again" ] || { shift; set -- "$program" ${UNLESS_DISPLAY} "$@"; }
left=300
while [ $left -gt 0 ] && stat=$(cat "/proc/$pid/stat" 2>/dev/null); do
  case $stat in *') Z '*|*') X '*) break ;; esac
  left=$((left - 1)); sleep 0.1
done
[ $(($(date +%s) - began)) -lt 60 ] || CASTKEY_RESTARTS=0
CASTKEY_RESTARTS=$((\${CASTKEY_RESTARTS:-0} + 1))
if [ "$CASTKEY_RESTARTS" -gt ${MAX_RESTARTS} ]; then
  echo 'castkey: ended too often within a minute; it is not started again' >&2; exit 1
fi
export CASTKEY_RESTARTS
exec "$@" </dev/null
`;

/** Starts Castkey again when Chromium takes it down, and when it asks for that. */
export interface Keeper {
  /** Says that Castkey is about to quit and wants to be started again. */
  startAgain(why: string): void;
}

/**
 * Puts a keeper behind this process, which starts it again by `command` in `env` as it is then. Null where it can't
 * be done; Linux only, as elsewhere displays don't go away under a program.
 */
export async function startKeeper(
  command: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<Keeper | null> {
  if (process.platform !== 'linux') return null;
  const koffi = (await import('koffi')).default;
  const system = koffi.load(null);
  const dup2 = system.func('int dup2(int, int)');
  const duplicate = system.func('int fcntl(int, int, int)');
  const original = z
    .int()
    .min(3)
    .parse(duplicate(STDERR, F_DUPFD_CLOEXEC, 3));
  const keep = (): boolean => {
    const child = spawn('/bin/sh', ['-c', KEEPER, 'castkey-keeper', String(process.pid), ...command], {
      env,
      stdio: ['pipe', 'inherit', original],
      detached: true, // Ctrl-C and a closed terminal end Castkey, and the keeper with it
    });
    child.on('error', () => {}); // no shell: then there is no descriptor either
    child.unref();
    const end = descriptorOf(child);
    if (end === null || dup2(end, STDERR) !== STDERR) return false;
    child.stdin?.destroy(); // standard error is the only end from now on
    return true;
  };
  if (!keep()) return null;
  app.on('quit', () => writeSync(STDERR, `${BYE} ${process.pid}\n`));
  return {
    startAgain(why) {
      keep(); // another one; the first one ends with its pipe
      writeSync(STDERR, `${AGAIN} (${process.pid}): ${why}\n`);
    },
  };
}

/** Node's own end of the pipe. Its documentation doesn't know it, so a change of Node's must do no harm. */
function descriptorOf({ stdin }: ChildProcess): number | null {
  const found = z.object({ _handle: z.object({ fd: z.int().min(3) }) }).safeParse(stdin);
  return found.success ? found.data._handle.fd : null;
}
