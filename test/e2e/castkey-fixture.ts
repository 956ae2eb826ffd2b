/** One stand-in Twitch, one Castkey on a fresh profile, and bots that connect to it. */
import { join } from 'node:path';
import { type CastkeyAuthProvider, CastkeyError, type ConnectOptions, connect } from 'castkey-client';
import { onTestFinished } from 'vitest';
import { SANDBOX_PUBLIC_CLIENT, type Sandbox, startSandbox } from '../../sandbox/server.ts';
import { LUNA } from '../support/people.ts';
import { type Castkey, freshHome, type LaunchOptions, launchCastkey, removeHome } from './castkey-process.ts';
import { searchStage } from './secret-search.ts';
import { type Application, addAccount, answerApproval, onboard } from './window-actions.ts';

export interface Stage {
  twitch: Sandbox;
  castkey: Castkey;
  home: string;
  /** The folder of the bots' pairing keys, outside of the profile. */
  keys: string;
  /** Connects a bot by the library bots use. */
  bot(name: string, options?: Partial<ConnectOptions>): Promise<CastkeyAuthProvider>;
  /** Starts Castkey again on the same profile, after it has quit. */
  restart(options?: Omit<LaunchOptions, 'home'>): Promise<Castkey>;
  /** How many token requests of a kind Twitch has had. */
  tokenRequests(grantType: string): number;
  /**
   * Takes everything down; only for a stage that `buildStage` made. Throws when a secret of this stage is in
   * what Castkey printed or left on the disk.
   */
  close(): Promise<void>;
}

export interface StageOptions extends Omit<LaunchOptions, 'home'> {
  /** What to onboard with; the sandbox's public one unless told, null leaves it at the first screen. */
  application?: Application | null;
  /** Logins to sign in before the test begins. */
  accounts?: string[];
}

/** A stage for one test: everything is taken down when that is over. */
export async function setStage(options: StageOptions = {}): Promise<Stage> {
  const stage = await buildStage(options);
  onTestFinished(() => stage.close());
  return stage;
}

/** A stage that several tests share; whoever builds it closes it. */
export async function buildStage(options: StageOptions = {}): Promise<Stage> {
  const stage = await emptyStage(options);
  try {
    if (options.application !== null)
      await onboard(stage.castkey, options.application ?? SANDBOX_PUBLIC_CLIENT);
    for (const login of options.accounts ?? []) await addAccount(stage.castkey, stage.twitch.url, login);
    return stage;
  } catch (error) {
    await stage.close();
    throw error;
  }
}

async function emptyStage(options: StageOptions): Promise<Stage> {
  const twitch = await startSandbox();
  const [home, keys] = [freshHome(), freshHome()];
  const env = { CASTKEY_TWITCH: twitch.url, ...options.env };
  const providers: CastkeyAuthProvider[] = [];
  const said: string[] = [];
  const stage: Stage = {
    twitch,
    home,
    keys,
    castkey: await launchCastkey({ ...options, home, env }),
    async bot(name, more = {}) {
      const keyFile = join(keys, `${name}.json`);
      const provider = await connect({ name, socket: stage.castkey.socket, keyFile, ...more });
      providers.push(provider);
      return provider;
    },
    async restart(again = {}) {
      said.push(stage.castkey.output());
      stage.castkey = await launchCastkey({ ...again, home, env: { ...env, ...again.env } });
      return stage.castkey;
    },
    tokenRequests: (grantType) =>
      twitch.control.requests().filter((request) => request.grantType === grantType).length,
    async close() {
      for (const provider of providers) await provider.close();
      await stage.castkey.quit();
      const leaks = searchStage(stage, said.join('\n') + stage.castkey.output());
      await twitch.close();
      await removeHome(home);
      await removeHome(keys);
      if (leaks.length > 0) throw new Error(`secrets where none may be: ${leaks.join('; ')}`);
    },
  };
  return stage;
}

/** The code a bot is refused with. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  const outcome = await promise.then(
    () => 'it was answered',
    (error: unknown) => error,
  );
  return outcome instanceof CastkeyError ? outcome.code : String(outcome);
}

/** A bot that is paired for Luna's account, with the streamer's lasting yes. */
export async function pairedBot(
  stage: Stage,
  name: string,
  options: Partial<ConnectOptions> = {},
): Promise<CastkeyAuthProvider> {
  const pairing = stage.bot(name, { wants: [{ user: LUNA }], ...options });
  await answerApproval(stage.castkey, 'Always allow');
  return pairing;
}
