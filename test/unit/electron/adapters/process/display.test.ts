import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { displayAddresses, displayIsThere } from '../../../../../electron/adapters/process/display.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ck-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

const X7 = '/tmp/.X11-unix/X7';

it.each([
  [{}, []],
  [{ DISPLAY: '' }, []],
  [{ DISPLAY: 'nonsense' }, []],
  [{ DISPLAY: ':7' }, [{ path: X7 }, { path: `\0${X7}` }]],
  [{ DISPLAY: 'unix:7.1' }, [{ path: X7 }, { path: `\0${X7}` }]],
  [{ DISPLAY: 'localhost:10.0' }, [{ host: 'localhost', port: 6010 }]],
  [{ DISPLAY: 'tcp/there:0' }, [{ host: 'there', port: 6000 }]],
  [{ WAYLAND_DISPLAY: 'wayland-0' }, []],
  [{ WAYLAND_DISPLAY: 'wayland-0', XDG_RUNTIME_DIR: '/run/user/1' }, [{ path: '/run/user/1/wayland-0' }]],
  [{ WAYLAND_DISPLAY: '/run/w' }, [{ path: '/run/w' }]],
])('%j names %j', (env, addresses) => {
  expect(displayAddresses(env)).toEqual(addresses);
});

it('is there while something listens, and no longer', async () => {
  const env = { WAYLAND_DISPLAY: join(folder, 'wayland-0') };
  expect(await displayIsThere(env)).toBe(false);
  const server = createServer().listen(env.WAYLAND_DISPLAY);
  await new Promise((resolve) => server.once('listening', resolve));
  expect(await displayIsThere(env)).toBe(true);
  await new Promise((resolve) => server.close(resolve));
  expect(await displayIsThere(env)).toBe(false);
});
