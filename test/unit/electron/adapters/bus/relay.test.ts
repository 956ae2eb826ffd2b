import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pointToBuses, pointToRelay, relayBuses } from '../../../../../electron/adapters/bus/relay.ts';

vi.mock('electron', () => ({ app: { on: () => {} } }));

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ck-'));
  writeFileSync(join(folder, 'bus'), '');
  vi.stubEnv('DBUS_SESSION_BUS_ADDRESS', `unix:path=${join(folder, 'bus')}`);
  vi.stubEnv('DBUS_SYSTEM_BUS_ADDRESS', 'unix:path=/nowhere');
  vi.stubEnv('CASTKEY_BUSES', undefined);
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const session = (): string | undefined => process.env.DBUS_SESSION_BUS_ADDRESS;
const relayed = (): string => `unix:path=${folder}/bus-0.sock`;

describe.skipIf(process.platform !== 'linux')('the buses that one start hands to the next', () => {
  it('are found again by the next start, which points to the relay no second time', () => {
    const before = session();
    expect(pointToRelay(folder)).toBe(true);
    expect(session()).toBe(relayed());
    expect(pointToRelay(folder)).toBe(false);
    pointToBuses();
    expect(session()).toBe(before);
    expect(pointToRelay(folder)).toBe(false);
  });

  it.each([
    ['no JSON', '{'],
    ['no list', '{}'],
    ['another variable', JSON.stringify([{ variable: 'NODE_OPTIONS', path: '/x', before: '--inspect' }])],
  ])('are not believed when somebody wrote %s', async (_what, text) => {
    vi.stubEnv('NODE_OPTIONS', undefined);
    vi.stubEnv('CASTKEY_BUSES', text);
    const before = session();
    expect((await relayBuses(folder, 'none'))?.environment().NODE_OPTIONS).toBeUndefined();
    expect(pointToRelay(folder)).toBe(true);
    pointToBuses();
    expect([session(), process.env.NODE_OPTIONS]).toEqual([before, undefined]);
  });
});
