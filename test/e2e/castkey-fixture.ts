/** One stand-in Twitch, one Castkey on a fresh profile, and bots that connect to it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CastkeyAuthProvider, CastkeyError, type ConnectOptions, connect } from 'castkey-client';
import { onTestFinished } from 'vitest';
import { SANDBOX_PUBLIC_CLIENT, type Sandbox, startSandbox } from '../../sandbox/server.ts';
import { LUNA } from '../support/people.ts';
import { dialSocket, resultOf, type TestBot } from '../support/test-bot.ts';
import { type Castkey, freshHome, type LaunchOptions, launchCastkey, removeHome } from './castkey-process.ts';
import { searchFixture } from './secret-search.ts';
import { type Application, addAccount, answerApproval, onboard } from './window-actions.ts';

export interface CastkeyFixture {
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
   * Takes everything down; only for a fixture that `openSharedCastkeyFixture` made. Throws when one of its
   * secrets is in what Castkey printed or left on the disk.
   */
  close(): Promise<void>;
}

export interface CastkeyFixtureOptions extends Omit<LaunchOptions, 'home'> {
  /** What to onboard with; the sandbox's public one unless told, null leaves it at the first screen. */
  application?: Application | null;
  /** Logins to sign in before the test begins. */
  accounts?: string[];
}

/** A fixture for one test: everything is taken down when that is over. */
export async function openCastkeyFixture(options: CastkeyFixtureOptions = {}): Promise<CastkeyFixture> {
  const fixture = await openSharedCastkeyFixture(options);
  onTestFinished(() => fixture.close());
  return fixture;
}

/** A fixture that several tests share; whoever opens it closes it. */
export async function openSharedCastkeyFixture(options: CastkeyFixtureOptions = {}): Promise<CastkeyFixture> {
  const fixture = await launchFixture(options);
  try {
    if (options.application !== null)
      await onboard(fixture.castkey, options.application ?? SANDBOX_PUBLIC_CLIENT);
    fixture.twitch.control.clearRequests(); // what was asked of the application is no login's
    for (const login of options.accounts ?? []) await addAccount(fixture.castkey, fixture.twitch.url, login);
    return fixture;
  } catch (error) {
    await fixture.close();
    throw error;
  }
}

async function launchFixture(options: CastkeyFixtureOptions): Promise<CastkeyFixture> {
  const twitch = await startSandbox();
  const [home, keys] = [freshHome(), freshHome()];
  const env = { CASTKEY_TWITCH: twitch.url, ...options.env };
  const providers: CastkeyAuthProvider[] = [];
  const said: string[] = [];
  const fixture: CastkeyFixture = {
    twitch,
    home,
    keys,
    castkey: await launchCastkey({ ...options, home, env }),
    async bot(name, more = {}) {
      const keyFile = join(keys, `${name}.json`);
      const provider = await connect({ name, socket: fixture.castkey.socket, keyFile, wants: [], ...more });
      providers.push(provider);
      return provider;
    },
    async restart(again = {}) {
      said.push(fixture.castkey.output());
      fixture.castkey = await launchCastkey({ ...again, home, env: { ...env, ...again.env } });
      return fixture.castkey;
    },
    tokenRequests: (grantType) =>
      twitch.control.requests().filter((request) => request.grantType === grantType).length,
    async close() {
      for (const provider of providers) await provider.close();
      await fixture.castkey.quit();
      const leaks = searchFixture(fixture, said.join('\n') + fixture.castkey.output());
      await twitch.close();
      await removeHome(home);
      await removeHome(keys);
      if (leaks.length > 0) throw new Error(`secrets where none may be: ${leaks.join('; ')}`);
    },
  };
  return fixture;
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
  fixture: CastkeyFixture,
  name: string,
  options: Partial<ConnectOptions> = {},
): Promise<CastkeyAuthProvider> {
  const pairing = fixture.bot(name, { wants: [{ user: LUNA }], ...options });
  await answerApproval(fixture.castkey, 'Always allow');
  return pairing;
}

/** One more connection of a bot that is paired already, by its key; hangs up after the test. */
export async function dialAs(fixture: CastkeyFixture, name: string): Promise<TestBot> {
  const text = readFileSync(join(fixture.keys, `${name}.json`), 'utf8');
  const { bot, hangUp } = await dialSocket(fixture.castkey.socket);
  onTestFinished(hangUp);
  resultOf(await bot.authenticate(JSON.parse(text) as { keyId: string; key: string }));
  return bot;
}
