import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Installed, installPackage } from './installed.ts';

const TSC = resolve(import.meta.dirname, '../../../../node_modules/typescript/bin/tsc');
let installed: Installed;

beforeAll(async () => {
  installed = await installPackage([
    '@types/node',
    '@twurple/api',
    '@twurple/auth',
    '@twurple/chat',
    '@twurple/eventsub-ws',
    'tmi.js',
    '@types/tmi.js',
  ]);
}, 60_000);
afterAll(() => installed.remove());

/** What a bot's author may write, and what the compiler must not let pass. */
const PROGRAM = `
export async function main(): Promise<void> {
  const provider: CastkeyAuthProvider = await connect({ name: 'bot', wants: [{ user: 12345 }, { intent: 'chat', scopes: [['chat:read']] }] });
  const options: ConnectOptions = { name: 'bot', interactive: 'notify', twitchClientId: 'abc', wants: [{ app: true }, { user: 5, optional: [['a']] }] };
  const version: number | undefined = provider.users[0]?.version;
  void version;
  await connect(options);
  const api = new ApiClient({ authProvider: provider });
  const chat = new ChatClient({ authProvider: provider });
  const twurple: AuthProvider = provider;
  const token: CastkeyUserToken | null = await provider.getAccessTokenForUser('1', ['a'], undefined);
  const text: string | undefined = token?.accessToken;
  const nothing: null | undefined = token?.refreshToken;
  const stop: () => void = provider.onTokenChange((change) => { if (change.type === 'token.changed') { const scope: string[] = change.scope; void scope; } });
  const password: () => Promise<string> = tmiPassword(provider, 'chat', ['chat:read']);
  try { await provider.status(); } catch (error) {
    if (error instanceof CastkeyError) {
      const code: CastkeyErrorCode = error.code;
      const hint: string | undefined = error.hint;
      void hint;
      // @ts-expect-error the codes are a closed list
      if (code === 'no-such-code') return;
      switch (code) { case 'denied': case 'vault-not-running': break; default: break; }
    }
  }
  // @ts-expect-error a bot must have a name
  await connect({});
  // @ts-expect-error an option that doesn't exist
  await connect({ name: 'bot', interactiv: 'never' });
  // @ts-expect-error scopes are sets: a list of lists
  await connect({ name: 'bot', wants: [{ intent: 'chat', scopes: ['chat:read'] }] });
  // @ts-expect-error a scope set is a list
  await provider.getAccessTokenForUser('1', 'chat:read');
  // @ts-expect-error there may be no token
  (await provider.getAccessTokenForUser('1')).accessToken;
  // @ts-expect-error a user is an ID
  await provider.getAccessTokenForUser({ name: 'luna' });
  // @ts-expect-error an intent is a word
  await provider.getAccessTokenForIntent(1);
  // @ts-expect-error there is never a refresh token
  const refreshToken: string = token?.refreshToken;
  // @ts-expect-error it is not to be changed
  provider.clientId = 'x';
  // @ts-expect-error the vault keeps the secret
  provider.clientSecret;
  void [api, chat, twurple, text, nothing, stop, password, refreshToken];
}
`;

const NAMES =
  'type CastkeyAuthProvider, CastkeyError, type CastkeyErrorCode, type CastkeyUserToken, type ConnectOptions, connect';
const OURS = `import { ${NAMES} } from 'castkey-client';\nimport { tmiPassword } from 'castkey-client/tmi';\n`;
const IMPORTS = `import { ApiClient } from '@twurple/api';\nimport type { AuthProvider } from '@twurple/auth';\nimport { ChatClient } from '@twurple/chat';\nimport tmi from 'tmi.js';\n${OURS}`;
const TMI = `export const client = (password: () => Promise<string>) => new tmi.Client({ identity: { username: 'x', password } });\n`;

/** Compiles one file. */
async function compile(file: string, text: string, module: string): Promise<string> {
  return compileAll([await installed.write(file, text)], module);
}

/** Compiles files, the library's own declarations checked as well; what the compiler says. */
async function compileAll(paths: string[], module: string): Promise<string> {
  const strict = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess'];
  const how =
    module === 'bundler' ? ['--module', 'preserve', '--moduleResolution', 'bundler'] : ['--module', module];
  const args = [
    TSC,
    ...strict,
    ...how,
    '--target',
    'es2022',
    '--esModuleInterop',
    '--types',
    'node',
    ...paths,
  ];
  return new Promise((done) => {
    execFile(process.execPath, args, { cwd: installed.folder }, (_, stdout, stderr) => done(stdout + stderr));
  });
}

// Twurple 8 and tmi.js are declared with other libraries' oddities; of those only ours are checked whole.
const ownErrors = (said: string): string =>
  said
    .split('\n')
    .filter((line) => /error TS/.test(line) && !/node_modules\/(?!castkey-client)/.test(line))
    .join('\n');

it.each(['nodenext', 'bundler'])('its types hold for a module under %s', async (module) => {
  expect(ownErrors(await compile('bot.mts', IMPORTS + TMI + PROGRAM, module))).toBe('');
});

// `nodenext` would also let it require an ES module, which Node before 20.19 can't.
it('and for a program that requires it', async () => {
  const imports = IMPORTS.replace(/import tmi from/, 'import tmi = require(').replace(
    "'tmi.js';",
    "'tmi.js');",
  );
  // Twurple is an ES module: TypeScript lets CommonJS import its types only as such.
  const asTypes = imports.replaceAll(
    /import (?:type )?({ (?:ApiClient|AuthProvider|ChatClient) }) from ('@twurple\/\w+');/g,
    "import type $1 from $2 with { 'resolution-mode': 'import' };",
  );
  const program = PROGRAM.replaceAll(
    /new (ApiClient|ChatClient)\({ authProvider: provider }\)/g,
    'undefined as unknown as $1',
  );
  expect(ownErrors(await compile('bot.cts', asTypes + TMI + program, 'node18'))).toBe('');
});

it('and for each example of the README, word for word', async () => {
  const readme = readFileSync(
    resolve(import.meta.dirname, '../../../../clients/javascript/README.md'),
    'utf8',
  );
  const examples = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, code = '']) => code);
  const files = examples.map((code, place) => installed.write(`example-${place}.mts`, code));
  expect(files.length).toBeGreaterThan(4);
  expect(ownErrors(await compileAll(await Promise.all(files), 'nodenext'))).toBe('');
});

it('is not held to nothing: a mistake is told', async () => {
  const said = await compile('mistake.mts', `${OURS}export const it = connect({ nam: 'x' });\n`, 'nodenext');
  expect(said).toMatch(/mistake\.mts.*error TS\d+.*'nam'/);
});
