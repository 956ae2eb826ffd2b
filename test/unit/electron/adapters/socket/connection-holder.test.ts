import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectionOf } from '../../../../../electron/adapters/socket/connection-holder.ts';

let proc: string;
beforeEach(() => {
  proc = mkdtempSync(join(tmpdir(), 'castkey-fds-'));
  mkdirSync(join(proc, '7/fd'), { recursive: true });
  mkdirSync(join(proc, '7/fdinfo'));
});
afterEach(() => rmSync(proc, { recursive: true, force: true }));

/** proc_pid_fdinfo(5). */
function put(fd: number, link: string, flags: string): void {
  symlinkSync(link, join(proc, `7/fd/${fd}`));
  writeFileSync(join(proc, `7/fdinfo/${fd}`), `pos:\t0\nflags:\t${flags}\nmnt_id:\t9\n`);
}
const [CLOSED_ON_EXEC, KEPT] = ['02000002', '02'];
const ours = 'socket:[815]';

describe('the connection of a process', () => {
  type Descriptor = [link: string, flags: string];
  const rows: [string, Descriptor[], string][] = [
    ['it opened so that no program it starts has it', [[ours, CLOSED_ON_EXEC]], 'own'],
    [
      'it has twice, both so',
      [
        [ours, CLOSED_ON_EXEC],
        [ours, '02004002'],
      ],
      'own',
    ],
    ['is left to programs it starts', [[ours, KEPT]], 'inherited'],
    [
      'it has twice, once left over',
      [
        [ours, CLOSED_ON_EXEC],
        [ours, KEPT],
      ],
      'inherited',
    ],
    [
      'it doesn’t have',
      [
        ['socket:[81]', CLOSED_ON_EXEC],
        ['/dev/null', KEPT],
      ],
      'elsewhere',
    ],
    ['it doesn’t have, nor any other', [], 'elsewhere'],
    ['has flags that make no sense', [[ours, 'many']], 'elsewhere'],
  ];
  it.each(rows)('that %s', (_what, descriptors, expected) => {
    for (const [fd, [link, flags]] of descriptors.entries()) put(fd, link, flags);
    expect(connectionOf(7, 815, proc)).toBe(expected);
  });

  it('isn’t looked for without end', () => {
    for (let fd = 0; fd < 4; fd += 1) put(fd, '/dev/null', KEPT);
    expect(connectionOf(7, 815, proc, 5)).toBe('elsewhere');
    expect(connectionOf(7, 815, proc, 4)).toBe('inherited');
  });

  it('of a process that has ended is elsewhere; of one that may not be looked into, unknown', () => {
    expect(connectionOf(8, 815, proc)).toBe('elsewhere');
    rmSync(join(proc, '7/fd'), { recursive: true });
    writeFileSync(join(proc, '7/fd'), '');
    expect(connectionOf(7, 815, proc)).toBeNull();
  });
});
