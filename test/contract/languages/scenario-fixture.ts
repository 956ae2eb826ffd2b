import { chmodSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type Driver, type Ended, ok, runProgram, type ShownToken, startDriver } from './client-driver.ts';
import { type LanguageVaultFixture, openLanguageVault } from './language-vault-fixture.ts';

/** How the scenarios get at a client. */
export interface Client {
  /** Starts its driver. */
  readonly driver: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** The programs that come as examples in some language. */
export interface Language {
  /** Starts its print_token, which is judged like any client: docs/protocol.md, “Judging a client”. */
  readonly printToken: readonly string[];
  /** Each takes a user ID as its last argument. */
  readonly bots: Readonly<Record<string, readonly string[]>>;
  readonly env?: Readonly<Record<string, string>>;
}

/** A vault, and the bots of one scenario. */
export interface ScenarioFixture {
  readonly vault: LanguageVaultFixture;
  /** Where the bot named `name` keeps its key. */
  readonly keyFile: string;
  /** Starts a driver that isn't connected yet. */
  start(): Driver;
  /** Starts one and connects it. */
  open(options?: object): Promise<Driver>;
  /** Runs another program of this language, or of the shell, to its end. */
  run(command: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended>;
}

const NAME = 'chat-bot';
/** What every bot here asks for at its pairing. */
const WANTS = [{ user: '700100001', scopes: [['chat:read']] }];

/** Runs a scenario on a vault of its own; then nothing that any program printed may hold a secret. */
export async function withScenarioFixture(
  { env: own = {}, driver: command = [] }: Partial<Client>,
  scenario: (fixture: ScenarioFixture) => Promise<void>,
): Promise<void> {
  const vault = await openLanguageVault();
  const home = join(vault.folder, 'home');
  mkdirSync(home);
  const env = { ...own, HOME: home, CASTKEY_SOCKET: vault.socket, LANG: 'C.UTF-8' };
  const keyFile = join(home, '.config', 'castkey-client', `${NAME}.json`);
  const drivers: Driver[] = [];
  const start = (): Driver => {
    const driver = startDriver(command, env);
    drivers.push(driver);
    return driver;
  };
  try {
    await scenario({
      ...{ vault, keyFile, start },
      async open(options = {}) {
        const driver = start();
        ok(await driver.ask('open', { name: NAME, wants: WANTS, ...options }));
        return driver;
      },
      run: (command, more = {}) => runProgram(command, { ...env, CASTKEY_NAME: NAME, ...more }),
    });
  } finally {
    const endings = await Promise.all(drivers.map((driver) => driver.finish()));
    const secrets = secretsOf(vault, keyFile);
    await vault.close();
    for (const { code, out, err } of endings) {
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(secrets.filter((secret) => out.includes(secret))).toEqual([]);
    }
  }
}

/** Everything that nobody may print: each token there ever was, and the key. */
export function secretsOf({ twitch }: LanguageVaultFixture, keyFile: string): string[] {
  const tokens = twitch.control.issuedTokens();
  expect(tokens.length).toBeGreaterThan(0);
  if (!existsSync(keyFile)) return [...tokens];
  chmodSync(keyFile, 0o600);
  const { key } = JSON.parse(readFileSync(keyFile, 'utf8')) as { key?: string };
  return key === undefined ? [...tokens] : [...tokens, key];
}

/** Asks for a token as bots do. */
export async function getToken(driver: Driver, ...scopes: string[]): Promise<ShownToken> {
  return ok(await driver.ask('token', { user: '700100001', scopes }));
}
