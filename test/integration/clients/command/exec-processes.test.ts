import { once } from 'node:events';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  castkeyProgram,
  openTokenFixture,
  pidsOf,
  processesOf,
  type Running,
} from '../../../support/castkey-program-fixture.ts';
import { until } from '../../../support/until.ts';

/** Notes each start, which token it got, and each end by a signal that it heard. */
const BOT = `const { appendFileSync } = require('fs');
  const note = (what) => appendFileSync(process.env.HOME + '/notes', what + ' ' + process.env.T.slice(0, 4) + '\\n');
  note('up');
  for (const signal of ['SIGTERM', 'SIGINT'])
    process.on(signal, () => { if (process.argv[2] !== 'stubborn') { note('down'); process.exit(); } });
  setInterval(() => {}, 1000);`;

/** How people start their bots; all but the first have something between `castkey` and the bot. */
const WAYS: Record<string, string[]> = {
  node: ['node', 'bot.cjs'],
  'npm start': ['npm', 'start', '--silent'],
  'one command after the other': ['sh', '-c', 'node bot.cjs; echo done'],
  'in the background': ['sh', '-c', 'node bot.cjs & wait'],
  'a bash script in a script': ['sh', '-c', './start.sh; true'],
  'a program that does not heed SIGTERM': ['sh', '-c', 'node bot.cjs stubborn; true'],
  'a daemon': ['sh', '-c', 'setsid node bot.cjs & exec sleep 1000'],
  'a daemon of a daemon': ['sh', '-c', '(setsid sh -c "node bot.cjs & exit" &); exec sleep 1000'],
};
const AT_TERMINAL = ['npm start', 'in the background', 'a program that does not heed SIGTERM', 'a daemon'];

describe('what castkey exec has started', () => {
  const castkey = castkeyProgram();

  /** A folder with the bot and what starts it. */
  async function openBotFixture(way: readonly string[], flags: string) {
    const fixture = await openTokenFixture();
    const { folder } = fixture;
    await writeFile(join(folder, 'bot.cjs'), BOT);
    await writeFile(join(folder, 'start.sh'), '#!/bin/bash\nnode bot.cjs\necho "ended with $?"\n');
    await chmod(join(folder, 'start.sh'), 0o755);
    const scripts = { start: 'node bot.cjs', bot: 'node bot.cjs' };
    await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'bot', scripts }));
    const start = (terminal = false): Running =>
      castkey.start(
        fixture,
        ['exec', '-u', '1', '-e', 'T', ...flags.split(' ').filter(Boolean), '--', ...way],
        {
          cwd: folder,
          terminal,
        },
      );
    const notes = (): Promise<string> => readFile(join(folder, 'notes'), 'utf8').catch(() => '');
    return { ...fixture, start, notes };
  }

  it.each([
    ...Object.keys(WAYS).map((way) => ({ way, where: 'without a terminal' })),
    ...AT_TERMINAL.map((way) => ({ way, where: 'at a terminal' })),
  ])('is one bot after a new token, and none at the end: $way, $where', async ({ way, where }) => {
    const bot = await openBotFixture(WAYS[way] ?? [], '--on-change restart --splay 0 --grace 0.5');
    const running = bot.start(where === 'at a terminal');
    await until(async () => (await bot.notes()).includes('up tok1'));
    bot.renew(2);
    await until(async () => (await bot.notes()).includes('up tok2'));
    const bots = processesOf(bot.folder).filter((line) => line.startsWith('node bot.cjs'));
    expect(bots).toHaveLength(1);
    running.process.kill('SIGTERM');
    await once(running.process, 'exit');
    expect(processesOf(bot.folder)).toEqual([]);
  });

  it('reads what is typed and hears Ctrl-C once, at a terminal', async () => {
    const script = 'read line; echo "got $line"; exec node bot.cjs';
    const bot = await openBotFixture(['sh', '-c', script], '');
    const running = bot.start(true);
    running.process.stdin?.write('hello\n');
    await running.until('got hello');
    await until(async () => (await bot.notes()).includes('up'));
    running.process.stdin?.write('\x03');
    expect((await running.ended()).code).toBe(0);
    expect(await bot.notes()).toBe('up tok1\ndown tok1\n');
  });

  it.each(['without a terminal', 'at a terminal'])('ends though castkey is killed: %s', async (where) => {
    const bot = await openBotFixture(['sh', '-c', 'setsid node bot.cjs & node bot.cjs; true'], '');
    const running = bot.start(where === 'at a terminal');
    await until(async () => (await bot.notes()).split('up').length === 3);
    const [castkey] = pidsOf(bot.folder, 'cli.js exec');
    if (castkey === undefined) expect.fail('castkey is not there');
    process.kill(castkey, 'SIGKILL');
    await once(running.process, 'exit');
    await until(() => processesOf(bot.folder).length === 0);
  });

  it('ends with the program, though it was left in the background', async () => {
    const bot = await openBotFixture(['sh', '-c', 'node bot.cjs & sleep 1000 & exit 5'], '--grace 1');
    expect((await bot.start().ended()).code).toBe(5);
    expect(processesOf(bot.folder)).toEqual([]);
  });
});
