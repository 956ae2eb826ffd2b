import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { writeSync } from 'node:fs';
import { app } from 'electron';
import { z } from 'zod';
import { KEEPER_SCRIPT, type Word, wordLine } from './keeper-script.ts';

const STDERR = 2;
const F_DUPFD_CLOEXEC = 1030;

/** Starts Castkey again when Chromium takes it down, and when it asks for that. */
export interface Keeper {
  /** Says that Castkey is about to quit and wants to be started again. */
  startAgain(why: string): void;
}

/**
 * Puts a keeper behind this process, which starts it again by `command` in `env` as it is then; `restarts` is how
 * often one has done so in a row. Null where it can't be done; Linux only, as elsewhere displays don't go away under a program.
 */
export async function startKeeper(
  command: readonly string[],
  restarts: string,
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
  let secret = '';
  const say = (word: Word): void => tell(wordLine(secret, word));
  /** From here on this process has a new keeper; the one before, if any, is told that there is nothing to do. */
  const keep = (): boolean => {
    const numbers = [String(process.pid), restarts];
    const child = spawn('/bin/sh', ['-c', KEEPER_SCRIPT, 'castkey-keeper', ...numbers, ...command], {
      env,
      stdio: ['pipe', 'inherit', original],
      detached: true, // Ctrl-C and a closed terminal end Castkey, and the keeper with it
    });
    child.on('error', () => {}); // no shell: then there is no descriptor either
    child.unref();
    const end = descriptorOf(child);
    if (end === null) return false;
    if (secret !== '') say('quit');
    if (dup2(end, STDERR) !== STDERR) return false;
    secret = randomUUID();
    tell(`${secret}\n`);
    child.stdin?.destroy(); // standard error is the only end from now on
    return true;
  };
  if (!keep()) return null;
  app.on('quit', () => say('quit'));
  return {
    startAgain(why) {
      tell(`castkey: starting again (${process.pid}): ${why}\n`);
      keep(); // another one, whose environment is as it is now; without one, the first does it
      say('again');
    },
  };
}

function tell(text: string): void {
  try {
    writeSync(STDERR, text);
  } catch {
    // the keeper was killed; the next one hears it
  }
}

/** Node's own end of the pipe. Its documentation doesn't know it, so a change of Node's must do no harm. */
function descriptorOf({ stdin }: ChildProcess): number | null {
  const found = z.object({ _handle: z.object({ fd: z.int().min(3) }) }).safeParse(stdin);
  return found.success ? found.data._handle.fd : null;
}
