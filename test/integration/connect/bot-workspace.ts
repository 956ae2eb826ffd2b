/** A bot author's workspace: a folder, the castkey command, and the libraries she has installed. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const PROJECT = fileURLToPath(new URL('../../..', import.meta.url));
const LIBRARIES: Record<string, string> = {
  'castkey-client': 'clients/javascript',
  '@twurple/api': 'node_modules/@twurple/api',
  'tmi.js': 'node_modules/tmi.js',
};

const LANGUAGES = ['python', 'csharp', 'shell'];

/** What a program printed, and how it ended. */
export interface Ending {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}
/** Where a page is tried. */
export interface BotWorkspace {
  readonly folder: string;
  write(name: string, text: string): void;
  /** The clients in other languages, to be written into; before, they are there to be read. */
  copyClients(): void;
  run(program: string, args: readonly string[], more?: NodeJS.ProcessEnv): Promise<Ending>;
  /** As typed into a terminal. */
  type(commands: string, more?: NodeJS.ProcessEnv): Promise<Ending>;
  /** Commands of which the last stays, until the test ends. */
  stay(commands: string): void;
}

/** Nothing of the person who runs the tests is visible from it; gone when the test ends. */
export function createBotWorkspace(socket: string): BotWorkspace {
  const folder = mkdtempSync(join(tmpdir(), 'ck-bot-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, place] of Object.entries(LIBRARIES)) link(join(folder, 'node_modules', name), place);
  link(join(folder, 'bin/castkey'), 'clients/javascript/dist/cli.js');
  for (const language of LANGUAGES) link(join(folder, 'clients', language), `clients/${language}`);
  const env = {
    PATH: `${join(folder, 'bin')}:${process.env.PATH ?? ''}`,
    ...{ HOME: folder, XDG_CONFIG_HOME: join(folder, '.config'), CASTKEY_SOCKET: socket },
    PYTHONDONTWRITEBYTECODE: '1',
  };
  const run: BotWorkspace['run'] = (program, args, more) => start(program, args, folder, { ...env, ...more });
  return {
    folder,
    write: (name, text) => writeFileSync(join(folder, name), text),
    copyClients() {
      for (const language of LANGUAGES) {
        rmSync(join(folder, 'clients', language));
        cpSync(join(PROJECT, 'clients', language), join(folder, 'clients', language), { recursive: true });
      }
    },
    run,
    type: (commands, more) => run('sh', ['-euc', commands], more),
    stay(commands) {
      // A group of its own, so that what the shell has started ends with it.
      const child = spawn('sh', ['-euc', commands], { cwd: folder, env, stdio: 'ignore', detached: true });
      const ended = once(child, 'close');
      onTestFinished(async () => {
        if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid);
        await ended;
      });
    },
  };
}

function link(from: string, path: string): void {
  mkdirSync(dirname(from), { recursive: true });
  symlinkSync(join(PROJECT, path), from);
}

async function start(
  program: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<Ending> {
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk) => {
    out += String(chunk);
  });
  child.stderr.on('data', (chunk) => {
    err += String(chunk);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out, err };
}
