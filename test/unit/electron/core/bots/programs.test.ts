import { describe, expect, it } from 'vitest';
import {
  allow,
  differenceOf,
  hidesScript,
  type KnownProgram,
  learn,
  learnIntroduced,
  type SeenProgram,
} from '../../../../../electron/core/bots/programs.ts';

const compiled: SeenProgram = {
  program: '/opt/bot/bot',
  script: null,
  rewritten: false,
  fingerprint: 'one',
  interpreter: false,
  remote: false,
  apart: false,
};
const script: SeenProgram = {
  program: '/usr/bin/node',
  script: '/home/s/bot.js',
  rewritten: false,
  fingerprint: 'one',
  interpreter: true,
  remote: false,
  apart: false,
};
/** It has given itself a title. */
const titled: SeenProgram = { ...script, script: null, rewritten: true, fingerprint: null };
const relay: SeenProgram = { ...compiled, program: '/usr/sbin/sshd', fingerprint: null, remote: true };
const bot = (...programs: SeenProgram[]): { program: string | null; programs: KnownProgram[] } => ({
  program: null,
  programs: programs.map((program) => ({ ...program, since: 1 })),
});
const what = (known: SeenProgram, seen: SeenProgram): string => {
  const found = differenceOf(bot(known), seen);
  return found
    ? `${found.changes.map((change) => change.what).join('+')}${found.held ? ', held' : ''}`
    : 'same';
};

describe('what a bot was allowed as, and what uses its key now', () => {
  const rows: [string, SeenProgram, SeenProgram, string][] = [
    ['the same script', script, script, 'same'],
    ['an edited script', script, { ...script, fingerprint: 'two' }, 'contents'],
    ['another script', script, { ...script, script: '/x.js' }, 'script'],
    ['another interpreter', script, { ...script, program: '/opt/node' }, 'program'],
    ['both', script, { ...script, program: '/opt/node', script: '/x.js' }, 'program+script'],
    ['a script nobody could read', script, { ...script, fingerprint: null }, 'same'],
    ['a script nobody could read before', { ...script, fingerprint: null }, script, 'same'],
    ['a script that hides behind a title', script, titled, 'same'],
    ['a script that no longer hides', titled, script, 'same'],
    ['a title', titled, titled, 'same'],
    ['code on the command line', script, { ...script, script: null, fingerprint: null }, 'script'],
    ['a title of another interpreter', script, { ...titled, program: '/opt/node' }, 'program'],
    ['a title in a container', script, { ...titled, apart: true }, 'place, held'],
    ['a title for a compiled program', compiled, titled, 'program, held'],
    ['a title from afar', relay, titled, 'place, held'],
    ['the same program', compiled, compiled, 'same'],
    ['a program that was moved', compiled, { ...compiled, program: '/opt/other' }, 'same'],
    ['a program that was exchanged', compiled, { ...compiled, fingerprint: 'two' }, 'contents, held'],
    ['another program', compiled, { ...compiled, program: '/x', fingerprint: 'two' }, 'program, held'],
    [
      'another program nobody could read',
      compiled,
      { ...compiled, program: '/x', fingerprint: null },
      'program, held',
    ],
    ['the same program nobody could read', compiled, { ...compiled, fingerprint: null }, 'same'],
    ['an interpreter for a program', compiled, script, 'program+script, held'],
    ['a program for an interpreter', script, compiled, 'program+script, held'],
    ['a program that calls itself node', compiled, { ...compiled, interpreter: true }, 'contents, held'],
    ['a script in a container', script, { ...script, apart: true }, 'place, held'],
    ['a program in a container', compiled, { ...compiled, apart: true }, 'place, held'],
    ['a program out of its container', { ...compiled, apart: true }, compiled, 'place, held'],
    ['a program in its container', { ...compiled, apart: true }, { ...compiled, apart: true }, 'same'],
    ['a program of whose place nothing was kept', { ...compiled, apart: null }, compiled, 'same'],
    ['from afar', script, relay, 'place, held'],
    ['from here', relay, script, 'place, held'],
    ['from afar through another forwarder', relay, { ...relay, program: '/usr/bin/socat' }, 'same'],
  ];
  it.each(rows)('%s', (_name, known, seen, expected) => {
    expect(what(known, seen)).toBe(expected);
  });

  it('is told as before and after, from the nearest of those that are allowed', () => {
    const known = bot(compiled, relay, script);
    expect(differenceOf(known, { ...script, script: '/x.js' })?.changes).toEqual([
      { what: 'script', before: '/home/s/bot.js', after: '/x.js' },
    ]);
    expect(differenceOf(bot(script), relay)?.changes).toEqual([
      { what: 'place', before: 'this computer', after: expect.stringContaining('/usr/sbin/sshd') },
    ]);
  });

  const old: [string, string | null, SeenProgram, string][] = [
    ['with no path', null, compiled, 'same'],
    ['with the script’s path', '/home/s/bot.js', script, 'same'],
    ['with the program’s path', '/opt/bot/bot', compiled, 'same'],
    ['with another script’s', '/home/s/old.js', script, 'script'],
    ['with a script’s, behind a title', '/home/s/bot.js', titled, 'same'],
    ['with another program’s', '/opt/old', compiled, 'program, held'],
    ['with a path of here, from afar', '/opt/bot/bot', relay, 'place, held'],
    ['with a forwarder’s, from afar', '/usr/sbin/sshd', relay, 'same'],
  ];
  it.each(old)('of a record of the first version %s', (_name, program, seen, expected) => {
    const found = differenceOf({ program, programs: [] }, seen);
    const said =
      found && `${found.changes.map((change) => change.what).join('+')}${found.held ? ', held' : ''}`;
    expect(said ?? 'same').toBe(expected);
  });

  it('is learned when it could not be told before, or has moved, and then compared', () => {
    const known = bot();
    expect(learn(known, { ...compiled, fingerprint: null }, 5)).toBe(true);
    expect(learn(known, compiled, 6)).toBe(true);
    expect(learn(known, { ...compiled, program: '/opt/new' }, 7)).toBe(true);
    expect(learn(known, { ...compiled, program: '/opt/new', fingerprint: null }, 8)).toBe(false);
    expect(known.programs).toEqual([{ ...compiled, program: '/opt/new', since: 5 }]);
    expect(differenceOf(known, { ...compiled, fingerprint: 'two' })?.held).toBe(true);
  });

  it('keeps the script that was told once, and learns one that was hidden', () => {
    const known = bot(script);
    expect(learn(known, titled, 5)).toBe(false);
    expect(known.programs).toEqual([{ ...script, since: 1 }]);
    expect(hidesScript(known, titled)).toBe(true);
    expect(differenceOf(known, { ...script, script: '/x.js' })?.changes).toMatchObject([{ what: 'script' }]);
    const hidden = bot(titled);
    expect(hidesScript(hidden, titled)).toBe(false);
    expect(learn(hidden, script, 5)).toBe(true);
    expect(hidden.programs).toEqual([{ ...script, since: 1 }]);
    expect(differenceOf(hidden, titled)).toBeNull();
    expect(differenceOf(hidden, { ...script, script: '/x.js' })?.changes).toMatchObject([{ what: 'script' }]);
  });

  it('with a title is allowed beside scripts of the same interpreter', () => {
    const known = bot(script);
    allow(known, titled, 2);
    expect(known.programs).toHaveLength(2);
  });

  it('is allowed in a container and out of it, each by itself', () => {
    const known = bot({ ...script, apart: null });
    expect(learn(known, { ...script, apart: true }, 5)).toBe(true);
    expect(known.programs).toEqual([{ ...script, apart: true, since: 1 }]);
    expect(differenceOf(known, script)?.changes).toEqual([
      { what: 'place', before: expect.stringContaining('container'), after: 'this computer' },
    ]);
    allow(known, script, 6);
    expect([differenceOf(known, script), differenceOf(known, { ...script, apart: true })]).toEqual([
      null,
      null,
    ]);
  });

  it('is allowed in place of the one at its path, else beside the others, ten at most', () => {
    const known = bot(compiled, script);
    allow(known, { ...compiled, fingerprint: 'two' }, 2);
    expect(known.programs.map(({ fingerprint, program }) => [program, fingerprint])).toEqual([
      ['/usr/bin/node', 'one'],
      ['/opt/bot/bot', 'two'],
    ]);
    for (let number = 0; number < 12; number += 1) allow(known, { ...script, script: `/${number}.js` }, 3);
    expect(known.programs).toHaveLength(10);
    expect(known.programs.at(-1)?.script).toBe('/11.js');
  });
});

describe('a bot that another program introduced', () => {
  const command: SeenProgram = { ...script, script: '/opt/castkey/cli.js', fingerprint: 'command' };
  const introduced = (awaitsProgram = true, introducer = command) => ({
    ...bot(introducer),
    ...{ awaitsProgram, pairedAt: 1 },
  });
  const DAYS = 24 * 3_600_000;
  const rows: [string, SeenProgram, boolean][] = [
    ['a compiled program', compiled, true],
    ['a script of the same interpreter', script, true],
    ['a script of another interpreter', { ...script, program: '/usr/bin/python3' }, true],
    ['one nobody could read', { ...compiled, fingerprint: null }, true],
    ['the introducer', command, false],
    ['the introducer after an update', { ...command, fingerprint: 'newer' }, false],
    ['the introducer under another path', { ...command, script: '/usr/bin/castkey' }, false],
    [
      'the introducer behind a title',
      { ...command, script: null, rewritten: true, fingerprint: null },
      false,
    ],
    ['one in a container', { ...compiled, apart: true }, false],
    ['one from afar', relay, false],
  ];
  it.each(rows)('is the first that uses its key: %s', (_name, seen, expected) => {
    const known = introduced();
    expect(learnIntroduced(known, seen, 30 * DAYS)).toBe(expected);
    expect(known.awaitsProgram).toBe(!expected);
    expect(known.programs.slice(1)).toEqual(expected ? [{ ...seen, since: 30 * DAYS, learned: true }] : []);
    if (expected) expect(differenceOf(known, seen)).toBeNull();
  });

  it('is one program; the next is told and held as ever', () => {
    const known = introduced();
    learnIntroduced(known, compiled, 2);
    const other = { ...compiled, program: '/x', fingerprint: 'two' };
    expect(learnIntroduced(known, other, 3)).toBe(false);
    expect(differenceOf(known, other)).toMatchObject({ held: true });
    expect(differenceOf(known, command)).toBeNull();
  });

  it('is nobody any more after a month, nor where the bot paired itself', () => {
    expect(learnIntroduced(introduced(), compiled, 31 * DAYS)).toBe(false);
    expect(learnIntroduced(introduced(false), compiled, 2)).toBe(false);
  });

  it('may be on the other computer that its introducer is on', () => {
    const known = introduced(true, relay);
    expect(differenceOf(known, { ...relay, program: '/usr/bin/socat' })).toBeNull();
    expect(learnIntroduced(known, compiled, 2)).toBe(false);
  });
});
