import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { isAbsolute } from 'node:path';
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
  const input = { platform, env, homedir: homedir(), sha256 };
  const socket = socketPath(input);
  if (socket.problem !== undefined) return { problem: socket.problem };
  const standIn = env.CASTKEY_TWITCH ? readStandIn(env.CASTKEY_TWITCH) : { environment: null };
  if ('problem' in standIn) return standIn;
  return {
    options: {
      home: profileFolder(input),
      homeGiven: given,
      socketPath: socket.path,
      ownsSocketFolder: socket.source !== 'CASTKEY_SOCKET' && socket.source !== 'option',
      standIn: standIn.environment,
      sandbox: argv.includes('--sandbox'),
      hidden: argv.includes('--hidden'),
    },
  };
}

/**
 * Variables of the terminal Castkey was started from that would change what libraries do: where Twurple
 * looks for Twitch, and (inside a Snap's terminal) whether conf still writes files atomically.
 */
export function dropForeignVariables(env: Record<string, string | undefined>): void {
  delete env.TWURPLE_MOCK_API_PORT;
  delete env.SNAP;
}

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');
