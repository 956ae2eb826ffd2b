import { createHash } from 'node:crypto';
import { lstatSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute } from 'node:path';
import type { FolderFacts } from '../../shared/runtime-folder.ts';
import { profileFolder, socketPath } from '../../shared/socket-path.ts';
import type { TwitchEnvironment } from '../../shared/twitch-environment.ts';
import { readStandIn } from '../policy/twitch-environment.ts';

/** What the environment and the command line ask for. */
export interface StartOptions {
  /** The profile: an absolute folder. */
  home: string;
  /** True when `CASTKEY_HOME` named it. */
  homeGiven: boolean;
  socketPath: string;
  /** Sentences about runtime folders where the socket would have been, had they been private. */
  passedOver: readonly string[];
  /** True when the socket's folder is Castkey's own and may be made private. */
  ownsSocketFolder: boolean;
  /** The stand-in that `CASTKEY_TWITCH` names, or null. */
  standIn: TwitchEnvironment | null;
  /** `--sandbox` */
  sandbox: boolean;
  /** `--hidden` */
  hidden: boolean;
}

type Env = Readonly<Record<string, string | undefined>>;

/** Reads what Castkey is started with; the problem is a sentence for whoever set it. */
export function readOptions(
  env: Env,
  argv: readonly string[],
  platform: NodeJS.Platform = process.platform,
): { options: StartOptions } | { problem: string } {
  const given = env.CASTKEY_HOME !== undefined && env.CASTKEY_HOME !== '';
  if (given && !isAbsolute(env.CASTKEY_HOME ?? ''))
    return { problem: `CASTKEY_HOME must be an absolute path, not ${env.CASTKEY_HOME}` };
  const input = { platform, env, homedir: homedir(), sha256, uid: process.getuid?.() ?? -1, lstat: lookAt };
  const socket = socketPath(input);
  if (socket.problem !== undefined) return { problem: socket.problem };
  const standIn = env.CASTKEY_TWITCH ? readStandIn(env.CASTKEY_TWITCH) : { environment: null };
  if ('problem' in standIn) return standIn;
  return {
    options: {
      home: profileFolder(input),
      homeGiven: given,
      socketPath: socket.path,
      passedOver: socket.passedOver ?? [],
      ownsSocketFolder: socket.source !== 'CASTKEY_SOCKET' && socket.source !== 'option',
      standIn: standIn.environment,
      sandbox: argv.includes('--sandbox'),
      hidden: argv.includes('--hidden'),
    },
  };
}

/** Where bots look by now instead of at this path, in words; null while they look there. */
export function movedFrom(path: string): string | null {
  const now = readOptions(process.env, []);
  if ('problem' in now || now.options.socketPath === path) return null;
  const { passedOver, socketPath: place } = now.options;
  return [...passedOver, `Bots look for Castkey at ${place} by now: restart Castkey.`].join(' ');
}

/**
 * Variables of the terminal Castkey was started from that would change what libraries do: where Twurple
 * looks for Twitch, and (inside a Snap's terminal) whether conf still writes files atomically. The XDG base directory
 * specification has relative folders ignored; Chromium doesn't, and would write into whatever folder it was started in.
 */
export function dropForeignVariables(env: Record<string, string | undefined>): void {
  delete env.TWURPLE_MOCK_API_PORT;
  delete env.SNAP;
  for (const name of XDG_FOLDERS) if (env[name] !== undefined && !isAbsolute(env[name])) delete env[name];
}

const XDG_FOLDERS = ['CACHE_HOME', 'CONFIG_HOME', 'DATA_HOME', 'RUNTIME_DIR', 'STATE_HOME'].map(
  (name) => `XDG_${name}`,
);

function lookAt(path: string): FolderFacts | null {
  try {
    return lstatSync(path);
  } catch {
    return null; // not there, or not for us to see: no place of ours
  }
}

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');
