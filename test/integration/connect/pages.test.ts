/** Each page of docs/connect, tried as somebody who has just moved a bot would: its own words are what runs. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findProgram } from '../../support/find-program.ts';
import { LUNA } from '../../support/people.ts';
import { openSandboxVaultFixture, type SandboxVaultFixture } from '../../support/sandbox-vault-fixture.ts';
import { createBotWorkspace } from './bot-workspace.ts';
import { blockOf, fillIn, readPage } from './page.ts';

let fixture: SandboxVaultFixture;
beforeEach(async () => {
  fixture = await openSandboxVaultFixture();
  await fixture.signIn(LUNA, ['chat:read', 'chat:edit', 'channel:read:subscriptions'], ['chat', 'streamer']);
});
afterEach(() => fixture.close());

const tokens = (): readonly string[] => fixture.twitch.control.issuedTokens();
const helix = (): string => `${fixture.twitch.url}/helix`;

describe('the page on', () => {
  it('Twurple gives a bot that knows who it is', async () => {
    const workspace = createBotWorkspace(fixture.socket);
    workspace.write('twurple-bot.mjs', blockOf('twurple.md', 'twurple-bot.mjs'));
    const env = { TWURPLE_MOCK_API_PORT: String(fixture.twitch.port) };
    const ending = await workspace.run('node', ['twurple-bot.mjs'], env);
    expect(ending).toMatchObject({ code: 0, out: 'I am Luna_Streams.\n' });
  });

  it('tmi.js gives a bot that speaks', async () => {
    const workspace = createBotWorkspace(fixture.socket);
    const sandbox = `{ server: '127.0.0.1', port: ${fixture.twitch.port}, secure: false }`;
    const script = fillIn(blockOf('tmi.md', 'tmi-bot.mjs'), {
      my_channel: 'luna_streams',
      my_bot: 'luna_streams',
      'identity:': `connection: ${sandbox}, identity:`,
    });
    workspace.write('tmi-bot.mjs', script);
    const ending = await workspace.run('node', ['tmi-bot.mjs']);
    expect(ending.code, ending.err).toBe(0);
    expect(fixture.twitch.control.chatMessages().map(({ text }) => text)).toEqual([
      'Hello from a bot without a token.',
    ]);
    expect(tokens().filter((token) => `${ending.out}${ending.err}`.includes(token))).toEqual([]);
  });

  it('apps with a login store gives them one without logins', async () => {
    const workspace = createBotWorkspace(fixture.socket);
    workspace.write('app-logins.mjs', blockOf('firebot-like.md', 'app-logins.mjs'));
    workspace.write(
      'app.mjs',
      `import { openLogins, whatToDo } from './app-logins.mjs';
      const logins = await openLogins();
      console.log(logins.clientId, (await logins.token('chat', 'chat:read')).length, await logins.token('nobody'));
      await logins.token('chat', 'no:such').catch((error) => console.log(whatToDo(error).includes('Try')));
      logins.close();`,
    );
    const ending = await workspace.run('node', ['app.mjs']);
    expect(ending.code, ending.err).toBe(0);
    expect(ending.out).toMatch(/^castkeysandboxpublic0000000000 30 null\n/);
  });

  it('curl introduces a script, makes a call and gives a value', async () => {
    const workspace = createBotWorkspace(fixture.socket);
    expect(await workspace.type(blockOf('curl.md', 'pair'))).toMatchObject({ code: 0 });
    const call = fillIn(blockOf('curl.md', 'exec'), { 'https://api.twitch.tv/helix': helix() });
    const called = await workspace.type(call);
    expect(JSON.parse(called.out)).toMatchObject({ data: [{ id: LUNA }] });
    const value = await workspace.type(`${blockOf('curl.md', 'token')}printf '%s' "$token"`);
    expect(tokens()).toContain(value.out);
  });

  it('rehearsal has commands that the sandbox takes', async () => {
    const workspace = createBotWorkspace(fixture.socket);
    const page = readFileSync(new URL('../../../docs/connect/rehearsal.md', import.meta.url), 'utf8');
    const commands = [...page.matchAll(/^\| [^|]+ \| `((?:castkey sandbox|curl) [^`]+)`/gm)].map(
      ([, typed = '']) => typed.replace('localhost:4711', fixture.twitch.url).replace('curl', 'curl --fail'),
    );
    expect(commands.length).toBeGreaterThan(10);
    for (const command of commands) {
      const ending = await workspace.type(command, { CASTKEY_TWITCH: fixture.twitch.url });
      expect(ending.code, `${command}\n${ending.err}`).toBe(0);
    }
  });

  it('TwitchIO has a bot in Python that knows who it is', async ({ skip }) => {
    if (!findProgram('python3')) skip('python3 is not installed');
    const workspace = createBotWorkspace(fixture.socket);
    const commands = fillIn(blockOf('twitchio.md', 'python'), { '12345': LUNA });
    const ending = await workspace.type(commands, { TWITCH_HELIX: helix() });
    expect(ending).toMatchObject({ code: 0, out: `I am Luna_Streams (${LUNA}).\n` });
  });

  it('TwitchLib has a bot in C# that knows who it is', async ({ skip }) => {
    if (!findProgram('mcs') || !findProgram('mono')) skip('Mono is not installed (mono-mcs, mono-runtime)');
    const workspace = createBotWorkspace(fixture.socket);
    workspace.copyClients();
    const commands = fillIn(blockOf('twitchlib.md', 'mono'), { '12345': LUNA });
    const ending = await workspace.type(commands, { TWITCH_HELIX: helix() });
    expect(ending.code, ending.err).toBe(0);
    expect(ending.out).toContain('luna_streams');
  });

  it('scripts in OBS has one that asks without holding OBS up', async ({ skip }) => {
    if (!findProgram('python3')) skip('python3 is not installed');
    const workspace = createBotWorkspace(fixture.socket);
    workspace.write('obs_script.py', blockOf('obs.md', 'obs_script.py'));
    workspace.write(
      'obs.py',
      'import threading, obs_script\nobs_script.script_load(None)\nprint("on air")\n' +
        '[thread.join() for thread in threading.enumerate() if thread.name.endswith("(look)")]\nobs_script.script_unload()\n',
    );
    const env = { TWITCH_HELIX: helix(), PYTHONPATH: 'clients/python' };
    fixture.twitch.control.setLive(LUNA, true);
    const ending = await workspace.run('python3', ['obs.py'], env);
    expect(ending).toMatchObject({ code: 0, out: 'on air\nlive\n' });
    expect(fixture.streamer.asked).toBe(1);
    await fixture.kill();
    const script = fillIn(blockOf('obs.md', 'obs_script.py'), {
      'unloaded.wait(30)': 'open("waiting", "w").close(), unloaded.wait(0.1)',
    });
    workspace.write('obs_script.py', script);
    const started = workspace.run('python3', ['obs.py'], env);
    await expect.poll(() => existsSync(join(workspace.folder, 'waiting')), { timeout: 20_000 }).toBe(true);
    await fixture.start();
    expect(await started).toMatchObject({
      code: 0,
      out: expect.stringMatching(/vault-not-running: .*\nlive\n$/s),
    });
  });
});

it('names every page in the list of pages, and has no piece that is not tried', () => {
  const folder = new URL('../../../docs/connect/', import.meta.url);
  const list = readFileSync(new URL('README.md', folder), 'utf8');
  const pages = readdirSync(folder).filter((name) => name !== 'README.md');
  expect(pages.filter((name) => !list.includes(`(${name})`))).toEqual([]);
  const tests = readdirSync(new URL('.', import.meta.url))
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => readFileSync(new URL(name, import.meta.url), 'utf8'))
    .join('\n');
  const untried = pages.flatMap((page) =>
    readPage(page).filter(({ name }) => !tests.includes(`blockOf('${page}', '${name}')`)),
  );
  expect(untried).toEqual([]);
});
