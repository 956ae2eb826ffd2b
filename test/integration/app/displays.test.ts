import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { displayVariables, findDisplay, isDisplayOf, moveToDisplay } from '../../../electron/app/displays.ts';

let folder: string;
let open: Server[];
let env: Record<string, string | undefined>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ck-'));
  open = [];
  env = { WAYLAND_DISPLAY: join(folder, 'first'), LANG: 'C' };
});

afterEach(() => {
  for (const server of open) server.close();
  rmSync(folder, { recursive: true });
});

async function openDisplay(name: string): Promise<Server> {
  const server = createServer();
  open.push(server);
  await new Promise<void>((resolve) => server.listen(join(folder, name), resolve));
  return server;
}

const named = (name: string) => ({ WAYLAND_DISPLAY: join(folder, name) });
const found = async (): Promise<string | undefined> => (await findDisplay(env))?.WAYLAND_DISPLAY;

describe('the display that Castkey comes up on', () => {
  it('is another that a start has told of, and the first again when that is gone', async () => {
    const second = await openDisplay('second');
    expect(await found()).toBeUndefined();
    expect(await moveToDisplay(env, named('second'))).toBe(true);
    expect(env).toMatchObject({ ...named('second'), LANG: 'C' });
    expect(await found()).toBe(join(folder, 'second'));
    await openDisplay('third');
    expect(await moveToDisplay(env, named('third'))).toBe(true);
    second.close();
    for (const server of open.splice(0)) server.close();
    expect(await found()).toBeUndefined();
    await openDisplay('first');
    expect(await found()).toBe(join(folder, 'first'));
    expect(isDisplayOf(env, displayVariables(named('first')))).toBe(false);
  });

  it.each([[null], ['x'], [{ WAYLAND_DISPLAY: 7 }], [{ WAYLAND_DISPLAY: '/nowhere' }]])(
    'stays when a start tells of %j',
    async (told) => {
      const before = { ...env };
      expect(await moveToDisplay(env, told)).toBe(false);
      expect(env).toEqual(before);
    },
  );

  it.each(['{', '[]', '{"WAYLAND_DISPLAY":7}', '{"NODE_OPTIONS":"x"}'])(
    'is not one that somebody wrote as %s',
    async (text) => {
      env.CASTKEY_FIRST_DISPLAY = text;
      expect(await found()).toBeUndefined();
    },
  );

  it('is told by four variables and no other', async () => {
    await openDisplay('second');
    await moveToDisplay(env, { ...named('second'), NODE_OPTIONS: '--inspect' });
    expect(Object.keys(env).sort()).toEqual(['CASTKEY_FIRST_DISPLAY', 'LANG', 'WAYLAND_DISPLAY']);
  });
});
