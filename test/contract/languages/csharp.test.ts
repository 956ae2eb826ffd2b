import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { findProgram } from '../../support/find-program.ts';
import { conforms, runs } from './language-suite.ts';

const EXAMPLES = join(import.meta.dirname, '../../../clients/csharp');
const found = findProgram('mcs') && findProgram('mono');
const missing = found ? undefined : 'Mono is not installed: apt-get install mono-mcs mono-runtime';
let folder = '';

const example = (name: string): string => join(EXAMPLES, name);
const own = (name: string): string => join(import.meta.dirname, 'drivers', name);

function compile(name: string, ...sources: string[]): void {
  const args = ['-langversion:6', '-warnaserror+', '-r:System.Core', `-out:${join(folder, name)}`];
  execFileSync('mcs', [...args, ...sources, example('Castkey.cs')]);
}

beforeAll(() => {
  if (missing) return;
  folder = mkdtempSync(join(tmpdir(), 'ck-cs-'));
  compile('Driver.exe', own('Driver.cs'));
  compile('PrintToken.exe', example('PrintToken.cs'));
  compile('ConsoleBot.exe', example('ConsoleBot.cs'));
  compile('StandIns.exe', own('StandIns.cs'), example('StreamerBotAction.cs'), example('TwitchLibBot.cs'));
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
