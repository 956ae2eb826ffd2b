import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SANDBOX_CONFIDENTIAL_CLIENT } from '../../../sandbox/server.ts';
import { findProgram } from '../../support/find-program.ts';
import { conforms, runs } from './language-suite.ts';
import { USER } from './language-vault-fixture.ts';
import { withScenarioFixture } from './scenario-fixture.ts';

const EXAMPLES = join(import.meta.dirname, '../../../clients/csharp');
const found = findProgram('mcs') && findProgram('mono');
const missing = found ? undefined : 'Mono is not installed: apt-get install mono-mcs mono-runtime';
let folder = '';

const example = (name: string): string => join(EXAMPLES, name);
const own = (name: string): string => join(import.meta.dirname, 'drivers', name);

function compile(name: string, ...sources: string[]): void {
  const args = ['-langversion:6', '-warnaserror+', '-r:System.Core', `-out:${join(folder, name)}`];
  execFileSync('mcs', [...args, ...sources, example('Castkey.cs'), example('CastkeyMore.cs')]);
}

beforeAll(() => {
  if (missing) return;
  folder = mkdtempSync(join(tmpdir(), 'ck-cs-'));
  compile('Driver.exe', own('Driver.cs'));
  compile('PrintToken.exe', example('PrintToken.cs'));
  compile('ConsoleBot.exe', example('ConsoleBot.cs'));
  const shown = ['StreamerBotAction.cs', 'TwitchLibBot.cs', 'TwitchLibChat.cs'].map(example);
  compile('StandIns.exe', own('StandIns.cs'), ...shown);
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const mono = (name: string, ...args: string[]): string[] => ['mono', join(folder, name), ...args];
conforms('C#', () => (missing ? { missing } : { driver: mono('Driver.exe') }));
runs('C#', ['ConsoleBot.cs', 'StreamerBotAction.cs', 'TwitchLibBot.cs'], () =>
  missing
    ? { missing }
    : {
        printToken: mono('PrintToken.exe'),
        bots: {
          'ConsoleBot.cs': mono('ConsoleBot.exe'),
          'StreamerBotAction.cs': mono('StandIns.exe', 'streamer.bot'),
          'TwitchLibBot.cs': mono('StandIns.exe', 'twitchlib'),
        },
      },
);

it('TwitchLibChat.cs starts with a token that is good, and logs in with a new one', async ({ skip }) => {
  if (missing) skip(missing);
  await withScenarioFixture({}, async ({ vault, run }) => {
    vault.twitch.control.expireTokens();
    const env = {
      TWITCH_HELIX: `${vault.twitch.url}/helix`,
      TWITCH_CLIENT_ID: SANDBOX_CONFIDENTIAL_CLIENT.clientId,
    };
    const ending = await run(mono('StandIns.exe', 'twitchlib-chat', USER), env);
    const out = 'in as luna_streams\nrefused\nin as luna_streams\n';
    expect(ending).toEqual({ code: 0, out, err: '' });
    expect(vault.streamer.asked).toBe(1);
  });
}, 180_000);
