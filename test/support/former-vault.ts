/** The vault of a former version as a process of its own (test/fixtures/README.md), at a profile of its own or a test's. */
import { spawn } from 'node:child_process';
import { chmodSync, cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Streamer } from './fake-streamer.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures');

/** When the profile in `profile-0.1` was in use: its tokens are good at that time. */
export const FORMER_PROFILE_TIME = Date.UTC(2026, 10, 29, 12);

/** What the windows of a former version showed, as far as tests look at it. */
export interface FormerView {
  app: { clientId: string; kind: string } | null;
  accounts: { userId: string; login: string; state: string; intents: string[]; scopes: string[] }[];
  bots: { name: string; grants: { userId: string | null; intent: string | null; scopes: string[] }[] }[];
  settings: Record<string, unknown>;
  notices: { kind: string; text: string }[];
}

export interface FormerVault {
  view(): Promise<FormerView>;
  /** What the streamer does in a window, by the call's name at that time; rejects when it is refused. */
  act(call: string, arg: object): Promise<void>;
  /** Makes a backup; the text of its file. */
  backup(passphrase: string): Promise<string>;
  /** How she answers from now on. */
  streamer(answers: Partial<Streamer>): Promise<void>;
  /** Quits it as Castkey does; resolves when the process has ended. */
  stop(): Promise<void>;
}

/** Starts it on a folder, which it makes if it isn't there; resolves when bots can come. Whoever starts it stops it. */
export async function startFormerVault(options: {
  home: string;
  socket: string;
  twitch: string;
  /** Its clock begins here; the system's unless told. */
  now?: number;
}): Promise<FormerVault> {
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const child = spawn(process.execPath, [join(FIXTURES, 'vault-0.1/vault.mjs'), ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let complaints = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaints += chunk.toString();
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextLine = async (): Promise<string> => {
    const line = await lines.next();
    if (line.done === true) throw new Error(`the former vault has ended: ${complaints}`);
    return line.value;
  };
  if ((await nextLine()) !== 'ready') throw new Error(`the former vault does not start: ${complaints}`);
  const ask = async (question: string): Promise<unknown> => {
    child.stdin.write(`${question}\n`);
    return JSON.parse(await nextLine());
  };
  return {
    view: async () => (await ask('view')) as FormerView,
    async act(call, arg) {
      const outcome = (await ask(`act ${call} ${JSON.stringify(arg)}`)) as { ok?: boolean } | null;
      if (outcome?.ok !== true) throw new Error(`${call} is refused: ${JSON.stringify(outcome)}`);
    },
    async backup(passphrase) {
      const done = (await ask(`backup ${JSON.stringify({ passphrase })}`)) as { file: string | null };
      if (done.file === null) throw new Error(`no backup: ${JSON.stringify(done)}`);
      return done.file;
    },
    async streamer(answers) {
      await ask(`streamer ${JSON.stringify(answers)}`);
    },
    async stop() {
      child.stdin.end('stop\n');
      await ended;
    },
  };
}

/** Copies what the former vault left into a folder: `home`, the bots' `keys`, and `sandbox-twitch.json`. */
export function copyFormerProfile(folder: string): { home: string; keys: string; stateFile: string } {
  const profile = join(FIXTURES, 'profile-0.1');
  for (const part of ['home', 'keys', 'sandbox-twitch.json'])
    cpSync(join(profile, part), join(folder, part), { recursive: true });
  const keys = join(folder, 'keys');
  // As the client left them; git keeps no modes.
  for (const file of readdirSync(keys)) chmodSync(join(keys, file), 0o600);
  return { home: join(folder, 'home'), keys, stateFile: join(folder, 'sandbox-twitch.json') };
}
