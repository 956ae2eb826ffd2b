import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  KEEPER_SCRIPT,
  RESTARTS,
  UNLESS_DISPLAY,
  wordLine,
} from '../../../../../electron/adapters/process/keeper-script.ts';

const SECRET = '0d5c';
const FIRST = `${RESTARTS}1`;
/** How often the keeper is told that Castkey was started in a row. */
let restarts: string;
/** A Castkey that has ended. */
let pid: number;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'castkey-keeper-'));
  writeFileSync(join(folder, 'castkey'), `#!/bin/sh\necho "$*" >>'${folder}/starts'\n`, { mode: 0o755 });
  writeFileSync(join(folder, 'starts'), '');
  pid = spawnSync('true').pid;
  restarts = '0';
});

afterEach(() => rmSync(folder, { recursive: true }));

/** What a keeper passes on when it is told this, and then the pipe ends. */
async function keep(...lines: string[]): Promise<string> {
  const command = [join(folder, 'castkey'), '--hidden'];
  const numbers = [String(pid), restarts];
  const keeper = spawn('/bin/sh', ['-c', KEEPER_SCRIPT, 'castkey-keeper', ...numbers, ...command]);
  let passedOn = '';
  keeper.stderr.setEncoding('utf8').on('data', (text: string) => {
    passedOn += text;
  });
  keeper.stdin.on('error', () => {}); // it ended before it had read all
  keeper.stdin.end([SECRET, ...lines].map((line) => (line.endsWith('\n') ? line : `${line}\n`)).join(''));
  await once(keeper, 'close');
  return passedOn;
}

/** The arguments of each start. */
const starts = (): string[] => readFileSync(join(folder, 'starts'), 'utf8').split('\n').slice(0, -1);

describe.skipIf(process.platform !== 'linux')('the keeper', () => {
  it.each([
    ['Chromium', () => `[${pid}:${pid}:0101/120000.1:FATAL:bus.cc(1201)] D-Bus connection was disconnected`],
    ['GTK on X', () => 'Gdk-Message: 12:00:00.000: castkey: Fatal IO error 11 on X server :99.'],
    ['Xlib', () => 'XIO:  fatal IO error 11 (Resource temporarily unavailable) on X server ":99"'],
    ['GTK on Wayland', () => 'Gdk-Message: 12:00:00.000: Lost connection to Wayland compositor.'],
  ])('starts Castkey once when %s gives up', async (_who, line) => {
    expect(await keep('before', line(), 'after')).toBe(`before\n${line()}\nafter\n`);
    expect(starts()).toEqual([`${FIRST} --hidden`]);
  });

  it('starts Castkey without windows when Chromium can’t be had with them', async () => {
    await keep(
      `[${pid}:${pid}:0101/120000.1:ERROR:ozone.cc(2)] The platform failed to initialize.  Exiting.`,
    );
    expect(starts()).toEqual([`${FIRST} --ozone-platform=headless --hidden`]);
  });

  it('starts Castkey once at an orderly restart, though there are two of it by then', async () => {
    await Promise.all([
      keep(wordLine(SECRET, 'quit')),
      keep(wordLine(SECRET, 'again'), wordLine(SECRET, 'quit')),
    ]);
    expect(starts()).toEqual([`${FIRST} --hidden`]);
  });

  it('passes on what Castkey says on its way to the restart, and none of its words', async () => {
    const last = 'Waiting for the debugger to disconnect...';
    expect(await keep(wordLine(SECRET, 'again'), last, wordLine(SECRET, 'quit'))).toBe(`${last}\n`);
  });

  it('starts nothing after Quit, and passes that word on to nobody', async () => {
    expect(await keep('before', wordLine(SECRET, 'quit'))).toBe('before\n');
    expect(starts()).toEqual([]);
  });

  it('has a Castkey that was killed look for a display, and end when there is one', async () => {
    await keep('before');
    expect(starts()).toEqual([`${FIRST} ${UNLESS_DISPLAY} --hidden`]);
  });

  it.each([
    ['a log entry with the words of a lost display', () => 'castkey: refused {"bot":"Fatal IO error 11 "}'],
    ['a log entry with the words of a crash', () => `castkey: refused {"bot":"[${pid}:1:FATAL:x]"}`],
    ['a warning of Chromium’s', () => `[${pid}:1:0101/1.1:WARNING:a.cc(1)] :FATAL: Fatal IO error 11 `],
    ['another one', () => `[${pid}:1:0101/1.1:INFO:CONSOLE(1)] "] The platform failed to initialize"`],
    ['a line without the secret', () => wordLine('guess', 'again')],
    ['the sentence for people', () => `castkey: starting again (${pid}): told so`],
  ])('takes %s for nothing but text', async (_what, line) => {
    expect(await keep(line(), wordLine(SECRET, 'quit'))).toBe(line().replace(/\n?$/, '\n'));
    expect(starts()).toEqual([]);
  });

  it('can’t be silenced by a line without the secret', async () => {
    await keep(wordLine('guess', 'quit'));
    expect(starts()).toEqual([`${FIRST} ${UNLESS_DISPLAY} --hidden`]);
  });

  it.each([
    'Gdk-Message: castkey: Fatal IO error 11 on X server :99.',
    '[PID:1:0101/1.1:FATAL:a.cc(1)] made up',
    '[PID:1:0101/1.1:ERROR:ozone.cc(2)] The platform failed to initialize.',
  ])('lets Quit stand when somebody had Chromium print %s', async (line) => {
    pid = process.pid; // a Castkey that goes on
    const printed = line.replace('PID', String(pid));
    const quit = wordLine(SECRET, 'quit');
    expect(await keep(printed, printed, quit)).toBe(`${printed}\n${printed}\n`);
    pid = spawnSync('true').pid;
    expect(await keep(quit, printed)).toBe(`${printed}\n`);
    expect(starts()).toEqual([]);
  });

  it('gives up after ten starts in a row', async () => {
    restarts = '10';
    expect(await keep(wordLine(SECRET, 'again'))).toContain('ended too often');
    expect(starts()).toEqual([]);
  });

  it.each(['99', '-5', 'a[$(exit 7)]', ''])('counts from the start for a count of %j', async (count) => {
    restarts = count;
    await keep(wordLine(SECRET, 'again'));
    expect(starts()).toEqual([`${FIRST} --hidden`]);
  });

  it.each([
    ['quits', ['quit'], []],
    ['quits to start again', ['again', 'quit'], [`${FIRST} --hidden`]],
    ['ends', [], [`${FIRST} --hidden`]],
  ] as const)(
    'goes by what Castkey said when it %s right after such a line',
    async (_how, words, started) => {
      const castkey = spawn('/bin/sh', ['-c', 'read line'], { stdio: ['pipe', 'ignore', 'ignore'] });
      pid = castkey.pid ?? 0;
      const kept = keep('Fatal IO error 11 on X', 'after', ...words.map((word) => wordLine(SECRET, word)));
      castkey.stdin.end('over\n', () => {});
      expect(await kept).toBe('Fatal IO error 11 on X\nafter\n');
      expect(starts()).toEqual(started);
    },
  );
});
