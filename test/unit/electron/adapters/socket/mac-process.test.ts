import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFarLane } from '../../../../../electron/adapters/socket/far-lane.ts';
import { createFingerprints } from '../../../../../electron/adapters/socket/fingerprints.ts';
import { type MacCalls, macProcess } from '../../../../../electron/adapters/socket/mac-process.ts';
import { UNKNOWN_PROCESS } from '../../../../../electron/adapters/socket/process-info.ts';
import { sha256 } from '../../../../support/sha256.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'castkey-mac-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** `struct proc_bsdinfo` with its parent and its start. */
function info(parent: number, seconds: bigint): Buffer {
  const bytes = Buffer.alloc(136);
  bytes.writeUInt32LE(parent, 16);
  bytes.writeBigUInt64LE(seconds, 120);
  return bytes;
}
/** `struct proc_vnodepathinfo` with its working folder. */
function folders(path: string): Buffer {
  const bytes = Buffer.alloc(2352);
  bytes.write(path, 152);
  return bytes;
}
/** KERN_PROCARGS2: argc, the program, padding, arguments, environment. */
function args(program: string, argv: string[], env: string[] = ['SECRET=x']): Buffer {
  const count = Buffer.alloc(4);
  count.writeInt32LE(argv.length);
  return Buffer.concat([count, Buffer.from(`${program}\0\0\0\0${[...argv, ...env].join('\0')}\0`)]);
}

function mac(part: Partial<MacCalls> = {}): MacCalls {
  const paths = new Map([
    [20, '/usr/local/bin/node'],
    [10, '/bin/zsh'],
  ]);
  return {
    path: (pid) => paths.get(pid) ?? null,
    info: () => info(10, 1_700_000_000n),
    folders: () => folders(root),
    args: () => args('/usr/local/bin/node', ['node', 'bot.js']),
    ...part,
  };
}
const prints = createFingerprints(createFarLane());
const unknown = UNKNOWN_PROCESS;
/** Seconds and microseconds of the start. */
const run = '1700000000.0';

describe('a process of macOS', () => {
  it('is told from libproc’s records: program, script, parent', () => {
    expect(macProcess(mac(), 20, prints).info).toEqual({
      program: '/usr/local/bin/node',
      script: join(root, 'bot.js'),
      parent: '/bin/zsh',
      interpreter: true,
      relay: false,
      otherNamespace: false,
      replaceable: false,
      rewritten: false,
      run,
    });
  });

  it('is told without what the system refuses', () => {
    const calls = mac({
      args: () => null,
      folders: () => null,
      path: (pid) => (pid === 20 ? '/opt/bot' : null),
    });
    expect(macProcess(calls, 20, prints).info).toEqual({ ...unknown, program: '/opt/bot', run });
  });

  it.each<[string, Partial<MacCalls>]>([
    ['is gone', { path: () => null }],
    ['tells no start', { info: () => null }],
    ['tells a record cut short', { info: () => Buffer.alloc(100) }],
  ])('that %s is not told', (_how, part) => {
    expect(macProcess(mac(part), 20, prints).info).toEqual(unknown);
  });

  it('is not told when its number was given to another one meanwhile', () => {
    let start = 1n;
    const calls = mac({
      info: () => {
        start += 1n;
        return info(10, start);
      },
    });
    expect(macProcess(calls, 20, prints).info).toEqual(unknown);
  });

  it('is fingerprinted by its script, as long as it lives', async () => {
    writeFileSync(join(root, 'bot.js'), 'go()');
    let start = 1n;
    const { fingerprint } = macProcess(mac({ info: () => info(10, start) }), 20, prints);
    expect(await fingerprint()).toBe(sha256('go()'));
    start = 2n;
    expect(await fingerprint()).toBeNull();
  });

  it.each([
    ['a negative count', Buffer.from([255, 255, 255, 255, 47, 97, 0, 98, 0])],
    ['no end of the path', Buffer.from([1, 0, 0, 0, 47, 97])],
    ['three bytes', Buffer.from([1, 0, 0])],
  ])('with arguments of %s has no script', (_what, bytes) => {
    expect(macProcess(mac({ args: () => bytes }), 20, prints).info.script).toBeNull();
  });
});
