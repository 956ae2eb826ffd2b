/** One stand-in Twitch, one Castkey on a fresh profile, and bots that connect to it. */
import { join } from 'node:path';
import { type CastkeyAuthProvider, type ConnectOptions, connect } from 'castkey-client';
import { onTestFinished } from 'vitest';
import { SANDBOX_PUBLIC_CLIENT, type Sandbox, startSandbox } from '../../sandbox/server.ts';
import { type Castkey, freshHome, type LaunchOptions, launchCastkey, removeHome } from './castkey.ts';
import { type Application, addAccount, onboard } from './streamer.ts';

export interface Stage {
  twitch: Sandbox;
  castkey: Castkey;
  home: string;
  /** Connects a bot by the library bots use; its key lies in the stage's own folder. */
  bot(name: string, options?: Partial<ConnectOptions>): Promise<CastkeyAuthProvider>;
  /** Starts Castkey again on the same profile, after it has quit. */
  restart(options?: Omit<LaunchOptions, 'home'>): Promise<Castkey>;
  /** How many token requests of a kind Twitch has had. */
  tokenRequests(grantType: string): number;
}

export interface StageOptions extends Omit<LaunchOptions, 'home'> {
  application?: Application;
  /** Logins to sign in before the test begins. */
  accounts?: string[];
}

/** Everything is taken down when the test is over. */
export async function setStage(options: StageOptions = {}): Promise<Stage> {
  const twitch = await startSandbox();
  const home = freshHome();
  const env = { CASTKEY_TWITCH: twitch.url, ...options.env };
  const providers: CastkeyAuthProvider[] = [];
  const stage: Stage = {
    twitch,
    home,
    castkey: await launchCastkey({ ...options, home, env }),
    async bot(name, more = {}) {
      const keyFile = join(home, 'bots', `${name}.json`);
      const provider = await connect({ name, socket: stage.castkey.socket, keyFile, ...more });
      providers.push(provider);
      return provider;
    },
    async restart(again = {}) {
      stage.castkey = await launchCastkey({ ...again, home, env: { ...env, ...again.env } });
      return stage.castkey;
    },
    tokenRequests: (grantType) =>
      twitch.control.requests().filter((request) => request.grantType === grantType).length,
  };
  onTestFinished(async () => {
    for (const provider of providers) await provider.close();
    await stage.castkey.quit();
    await twitch.close();
    await removeHome(home);
  });
  await onboard(stage.castkey, options.application ?? SANDBOX_PUBLIC_CLIENT);
  for (const login of options.accounts ?? []) await addAccount(stage.castkey, twitch.url, login);
  return stage;
}

/** IDs of the people the sandbox starts with. */
export const LUNA = { login: 'luna_streams', id: '700100001' } as const;
export const BOT = { login: 'luna_bot', id: '700100002' } as const;
