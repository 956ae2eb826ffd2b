import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { debuggerIsOpen } from '../adapters/process/debug-signal.ts';
import type { FileChoice, Http } from '../core/ports.ts';
import { findUnsafeFlags, type GivenFlag, unsafeFlagsProblem } from '../policy/unsafe-flags.ts';
import type { StartOptions } from './options.ts';
import { complain } from './process-start.ts';

/** What of this start would open the real accounts to others, in words for each; see electron/policy/unsafe-flags.ts. */
function givenFlags(): Parameters<typeof unsafeFlagsProblem>[0] {
  const open = thisStart().filter(({ fate }) => fate !== 'dropped');
  if (open.length > 0 || !debuggerIsOpen()) return open;
  return [{ written: 'an open debugger', why: 'let other programs read and change what is in memory' }];
}

function thisStart(): GivenFlag[] {
  const { argv, env, platform } = process;
  return findUnsafeFlags({ argv, env, platform, root: process.getuid?.() === 0 });
}

/** True when Node was told to let a debugger in. */
export const hasInspectFlag = (): boolean => thisStart().some(({ written }) => /inspect/i.test(written));

/**
 * Takes unsafe variables away, and says so. Returns those that want a new start to be gone;
 * they are still there then. None when a flag is open, too: there is no way round refusing that one.
 */
export function dropUnsafeVariables({ standIn, sandbox }: StartOptions): string[] {
  const found = thisStart();
  for (const { name, fate, why } of found) {
    if (fate !== 'dropped') continue;
    delete process.env[name];
    complain(`${name} is left out, as it would ${why}`);
  }
  const real = standIn === null && !sandbox && found.every(({ fate }) => fate !== 'refused');
  return real ? found.filter(({ fate }) => fate === 'restart').map(({ name }) => name) : [];
}

/** Why this start can't go on, as soon as it is known that it is for real accounts; null when it can. */
export function refuseUnsafeFlags({ home, standIn, sandbox }: StartOptions): { problem: string } | null {
  return standIn === null && !sandbox ? refuseRealAccounts(home) : null;
}

/**
 * Asked again whenever the vault of real accounts is about to be opened: from the sandbox there is a way to
 * it, and a debugger may have been opened in the meantime.
 */
export function refuseRealAccounts(home: string): { problem: string } | null {
  const flags = givenFlags();
  return flags.length > 0 && hasRealAccounts(home) ? { problem: unsafeFlagsProblem(flags) } : null;
}

/**
 * What real accounts speak to Twitch by. A profile that has none yet may be looked at with unsafe flags, as
 * tests do on their way to the sandbox; but no login can come into it.
 */
export function realHttp(http: Http): Http {
  if (givenFlags().length === 0) return http;
  complain(`Twitch can't be reached. ${unsafeFlagsProblem(givenFlags())}`);
  return async () => ({ kind: 'failure', sent: false, cause: 'ECONNREFUSED' });
}

/** What real accounts choose files by: no login comes in by a backup or another program's file, either. */
export function realFiles(files: FileChoice): FileChoice {
  return {
    toWrite: files.toWrite,
    async toRead(ask) {
      const flags = givenFlags();
      if (flags.length === 0) return files.toRead(ask);
      const told = flags.map(({ written, why }) => `${written}, which would ${why}`).join('; ');
      const refused = new Error(`Castkey was started with ${told}`);
      return { name: 'A file with real logins', read: () => Promise.reject(refused) };
    },
  };
}

function hasRealAccounts(home: string): boolean {
  const accounts = join(home, 'accounts');
  const entered = ['applications.json', 'twitch-app.json']; // the second is Castkey 0.1's
  if (entered.some((name) => existsSync(join(home, 'documents', name)))) return true;
  return existsSync(accounts) && readdirSync(accounts).length > 0;
}
