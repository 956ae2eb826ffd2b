/** The pages on libraries for Python, which no registry here has: word for word, on stand-ins for those. */
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findProgram } from '../../support/find-program.ts';
import { LUNA } from '../../support/people.ts';
import { openSandboxVaultFixture, type SandboxVaultFixture } from '../../support/sandbox-vault-fixture.ts';
import { createBotWorkspace } from './bot-workspace.ts';
import { blockOf } from './page.ts';

const STAND_INS = join(import.meta.dirname, 'stand_ins.py');
const SCOPES = ['chat:read', 'chat:edit', 'user:read:chat', 'user:write:chat', 'user:bot'];

let fixture: SandboxVaultFixture;
beforeEach(async () => {
  fixture = await openSandboxVaultFixture();
  await fixture.signIn(LUNA, SCOPES, ['chat']);
  fixture.twitch.control.expireTokens();
});
afterEach(() => fixture.close());

/** What the program of a page prints that starts with a dead token, and has it die again under its work. */
async function run(text: string, name: string): Promise<string> {
  const workspace = createBotWorkspace(fixture.socket);
  workspace.write(name, text);
  const env = { PYTHONPATH: 'clients/python', SANDBOX: fixture.twitch.url };
  const ending = await workspace.run('python3', ['-W', 'error', STAND_INS, name], env);
  expect(ending.code, ending.err).toBe(0);
  const said = ending.out + ending.err;
  expect(fixture.twitch.control.issuedTokens().filter((token) => said.includes(token))).toEqual([]);
  return ending.out;
}

describe('the page on', () => {
  beforeEach(({ skip }) => {
    if (!findProgram('python3')) skip('python3 is not installed');
  });

  it('TwitchIO 2 logs in to chat with a token that is good, each time', async () => {
    const out = await run(blockOf('twitchio.md', 'twitchio2.py'), 'twitchio2.py');
    const chat = 'chat: luna_streams my_channel\n';
    expect(out).toBe(`${chat}${chat}helix: luna_streams\n`);
    expect(fixture.streamer.asked).toBe(1);
  });

  it('TwitchIO 3 has a dead token replaced by Castkey', async () => {
    const out = await run(blockOf('twitchio.md', 'twitchio3.py'), 'twitchio3.py');
    expect(out).toMatch(/^luna_streams\nluna_streams\n/m);
    expect(out).toContain("('load_tokens', False), ('save_tokens', False), ('with_adapter', False)");
    expect(fixture.streamer.asked).toBe(1);
  });

  it('pyTwitchAPI has a dead token replaced by Castkey', async () => {
    const out = await run(blockOf('pytwitchapi.md', 'pytwitchapi_bot.py'), 'pytwitchapi_bot.py');
    expect(out).toBe('at first: luna_streams\nI am Luna_Streams.\n');
    expect(fixture.streamer.asked).toBe(1);
  });
});
