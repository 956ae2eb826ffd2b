import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dropForeignVariables, readOptions } from '../../../electron/app/options.ts';
import { modeFolder, prepareHome } from '../../../electron/app/profile.ts';
import { standInEnvironment } from '../../../electron/policy/twitch-environment.ts';

describe('what Castkey is started with', () => {
  it('is read from the environment and the command line', () => {
    const env = { CASTKEY_HOME: '/data/castkey', CASTKEY_TWITCH: 'http://127.0.0.1:8123' };
    expect(readOptions(env, ['castkey', '--sandbox', '--hidden'], 'linux')).toEqual({
      options: {
        home: '/data/castkey',
        homeGiven: true,
        socketPath: '/data/castkey/castkey.sock',
        passedOver: [],
        ownsSocketFolder: true,
        standIn: standInEnvironment('http://127.0.0.1:8123', false),
        sandbox: true,
        hidden: true,
      },
    });
  });

  it('leaves a folder that CASTKEY_SOCKET names to its owner', () => {
    const read = readOptions({ CASTKEY_HOME: '/d', CASTKEY_SOCKET: '/run/x.sock' }, [], 'linux');
    expect(read).toMatchObject({ options: { socketPath: '/run/x.sock', ownsSocketFolder: false } });
  });

  it.each([
    [{ CASTKEY_HOME: 'here' }, 'CASTKEY_HOME'],
    [{ CASTKEY_HOME: './here' }, 'CASTKEY_HOME'],
    [{ CASTKEY_HOME: `/${'x'.repeat(200)}` }, '107'],
    [{ CASTKEY_HOME: '/d', CASTKEY_SOCKET: 'relative.sock' }, 'CASTKEY_SOCKET'],
    [{ CASTKEY_HOME: '/d', CASTKEY_TWITCH: 'https://evil.example' }, 'CASTKEY_TWITCH'],
  ])('is refused in words: %j', (env, word) => {
    expect(readOptions(env, [], 'linux')).toEqual({ problem: expect.stringContaining(word) });
  });

  it.each([
    ['linux', 107],
    ['darwin', 103],
  ] as const)('is refused on %s when the socket’s path has more than %i bytes', (platform, max) => {
    const read = (path: string) => readOptions({ CASTKEY_HOME: '/d', CASTKEY_SOCKET: path }, [], platform);
    const longest = `/${'x'.repeat(max - 1)}`;
    expect(read(longest)).toMatchObject({ options: { socketPath: longest } });
    expect(read(`${longest}x`)).toEqual({
      problem: expect.stringMatching(`has ${max + 1} bytes, and this system allows ${max}.*CASTKEY_SOCKET`),
    });
    expect(read(`/${'ü'.repeat(max / 2 + 1)}`)).toHaveProperty('problem');
  });

  it('loses variables that would change what libraries do', () => {
    const env = { TWURPLE_MOCK_API_PORT: '80', SNAP: '/snap/code/1', HOME: '/h' };
    dropForeignVariables(env);
    expect(env).toEqual({ HOME: '/h' });
  });
});

describe('a profile', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'castkey-home-'));
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  it('has a folder of its own for each Twitch', () => {
    const environment = standInEnvironment('http://127.0.0.1:8123', false);
    const folders = [{ kind: 'twitch' }, { kind: 'sandbox' }, { kind: 'stand-in', environment }] as const;
    expect(folders.map((mode) => modeFolder('/h', mode))).toEqual([
      '/h',
      '/h/sandbox',
      '/h/stand-in-127.0.0.1-8123',
    ]);
  });

  it('is made private', () => {
    chmodSync(home, 0o755);
    expect(prepareHome(home)).toBeNull();
    expect(prepareHome(join(home, 'a', 'b'))).toBeNull();
    expect([home, join(home, 'a', 'b')].map((path) => statSync(path).mode & 0o777)).toEqual([0o700, 0o700]);
  });

  it('is no folder that everybody shares', () => {
    chmodSync(home, 0o1777);
    expect(prepareHome(home)).toEqual({ problem: expect.stringContaining('of your own') });
    expect(statSync(home).mode & 0o7777).toBe(0o1777);
  });

  it('that can’t be made is told', () => {
    writeFileSync(join(home, 'file'), '');
    const inside = join(home, 'file', 'castkey');
    expect(prepareHome(inside)).toEqual({ problem: expect.stringContaining(inside) });
  });
});
