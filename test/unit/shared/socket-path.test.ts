import { describe, expect, it } from 'vitest';
import { profileFolder, socketPath } from '../../../shared/socket-path.ts';

const sha256 = (text: string): string => `${Buffer.from(text).toString('hex')}0000000000000000`;
const home = { linux: '/home/ann', darwin: '/Users/ann', win32: 'C:\\Users\\ann' };
type Platform = keyof typeof home;
const PRIVATE = { uid: 1000, mode: 0o40700, isDirectory: () => true, isSymbolicLink: () => false };
const at = (platform: Platform, env: Record<string, string>) => ({
  platform,
  env,
  homedir: home[platform],
  sha256,
  uid: 1000,
  lstat: (path: string) => (path === '/run/user/1' ? PRIVATE : null),
});

describe('the socket of the vault', () => {
  it.each<[Platform, Record<string, string>, string, string]>([
    ['linux', {}, '/home/ann/.config/Castkey/castkey.sock', 'profile'],
    ['linux', { XDG_CONFIG_HOME: '/cfg' }, '/cfg/Castkey/castkey.sock', 'profile'],
    ['linux', { XDG_RUNTIME_DIR: '/run/user/1' }, '/run/user/1/castkey/castkey.sock', 'XDG_RUNTIME_DIR'],
    ['linux', { XDG_RUNTIME_DIR: '/run/user/1/' }, '/run/user/1/castkey/castkey.sock', 'XDG_RUNTIME_DIR'],
    ['linux', { XDG_CONFIG_HOME: '~/.config' }, '/home/ann/.config/Castkey/castkey.sock', 'profile'],
    ['linux', { XDG_RUNTIME_DIR: '', CASTKEY_HOME: '' }, '/home/ann/.config/Castkey/castkey.sock', 'profile'],
    ['linux', { XDG_RUNTIME_DIR: '/run/user/1', CASTKEY_HOME: '/p/' }, '/p/castkey.sock', 'CASTKEY_HOME'],
    ['linux', { CASTKEY_SOCKET: '/s', CASTKEY_HOME: '/p' }, '/s', 'CASTKEY_SOCKET'],
    ['darwin', {}, '/Users/ann/Library/Application Support/Castkey/castkey.sock', 'profile'],
    [
      'darwin',
      { XDG_RUNTIME_DIR: '/run' },
      '/Users/ann/Library/Application Support/Castkey/castkey.sock',
      'profile',
    ],
    ['darwin', { CASTKEY_HOME: '/p' }, '/p/castkey.sock', 'CASTKEY_HOME'],
    ['win32', { CASTKEY_SOCKET: '\\\\.\\pipe\\x' }, '\\\\.\\pipe\\x', 'CASTKEY_SOCKET'],
  ])('on %s with %o is %s', (platform, env, path, source) => {
    expect(socketPath(at(platform, env))).toEqual({ path, source });
  });

  it.each<[string, Record<string, string>, Partial<typeof PRIVATE> | null, string[]]>([
    ['is open', { XDG_RUNTIME_DIR: '/r' }, { mode: 0o40777 }, ['(/r) is passed over', 'mode 777']],
    ['is open to read', { XDG_RUNTIME_DIR: '/r' }, { mode: 0o40755 }, ['mode 755']],
    ['is another user’s', { XDG_RUNTIME_DIR: '/r' }, { uid: 1001 }, ['belongs to another user']],
    ['is a link', { XDG_RUNTIME_DIR: '/r/' }, { isSymbolicLink: () => true }, ['is a symbolic link']],
    ['is a file', { XDG_RUNTIME_DIR: '/r' }, { isDirectory: () => false }, ['is no folder']],
    ['isn’t there', { XDG_RUNTIME_DIR: '/r' }, null, ['isn’t there']],
    ['is relative', { XDG_RUNTIME_DIR: '~/r' }, null, ['XDG_RUNTIME_DIR', '"~/r" is not absolute']],
  ])('passes over a runtime folder that %s, and says so', (_what, env, facts, words) => {
    const lstat = (path: string) => (path === '/r' && facts ? { ...PRIVATE, ...facts } : null);
    const found = socketPath({ ...at('linux', env), lstat });
    expect(found).toMatchObject({ path: '/home/ann/.config/Castkey/castkey.sock', source: 'profile' });
    expect(found.passedOver).toHaveLength(1);
    for (const word of words) expect(found.passedOver?.[0]).toContain(word);
  });

  it('is in what systemd makes for the user, where the variable is missing or names no private folder', () => {
    const lstat = (path: string) =>
      path === '/run/user/1000' ? PRIVATE : path === '/r' ? { ...PRIVATE, mode: 0o40777 } : null;
    const found = { path: '/run/user/1000/castkey/castkey.sock', source: '/run/user' };
    expect(socketPath({ ...at('linux', {}), lstat })).toEqual(found);
    expect(socketPath({ ...at('linux', { XDG_RUNTIME_DIR: '/r' }), lstat })).toMatchObject(found);
  });

  it.each<[Record<string, string>, string]>([
    [{}, 'C:\\Users\\ann\\AppData\\Roaming\\Castkey'],
    [{ APPDATA: 'D:\\Roaming' }, 'D:\\Roaming\\Castkey'],
    [{ APPDATA: 'Roaming' }, 'C:\\Users\\ann\\AppData\\Roaming\\Castkey'],
    [{ CASTKEY_HOME: 'E:\\vault\\' }, 'E:\\vault'],
  ])('on Windows with %o is a pipe named after the hash of %s', (env, profile) => {
    expect(profileFolder(at('win32', env))).toBe(profile);
    expect(socketPath(at('win32', env)).path).toBe(`\\\\.\\pipe\\castkey-${sha256(profile).slice(0, 16)}`);
  });

  it('is what the program itself says, before all variables', () => {
    expect(socketPath(at('linux', { CASTKEY_SOCKET: '/s' }), '/mine')).toEqual({
      path: '/mine',
      source: 'option',
    });
  });

  it.each<[string, Platform, Record<string, string>, RegExp | undefined]>([
    ['107 bytes on Linux', 'linux', { CASTKEY_SOCKET: `/${'x'.repeat(106)}` }, undefined],
    ['108 bytes on Linux', 'linux', { CASTKEY_SOCKET: `/${'x'.repeat(107)}` }, /108 bytes.*allows 107/],
    ['bytes, not characters', 'linux', { CASTKEY_SOCKET: `/${'ö'.repeat(60)}` }, /121 bytes/],
    ['103 bytes on macOS', 'darwin', { CASTKEY_SOCKET: `/${'x'.repeat(102)}` }, undefined],
    ['104 bytes on macOS', 'darwin', { CASTKEY_SOCKET: `/${'x'.repeat(103)}` }, /104 bytes.*allows 103/],
    ['a relative home', 'linux', { CASTKEY_HOME: 'vault' }, /CASTKEY_HOME must be an absolute folder/],
    [
      'a relative home on Windows',
      'win32',
      { CASTKEY_HOME: 'vault' },
      /CASTKEY_HOME must be an absolute folder/,
    ],
    ['a home on a share', 'win32', { CASTKEY_HOME: '\\\\host\\share' }, undefined],
    ['a relative socket', 'linux', { CASTKEY_SOCKET: 's' }, /CASTKEY_SOCKET gives "s"/],
    ['a file on Windows', 'win32', { CASTKEY_SOCKET: 'C:\\s' }, /must start with/],
  ])('%s', (_, platform, env, problem) => {
    const found = socketPath(at(platform, env)).problem;
    if (problem) expect(found).toMatch(problem);
    else expect(found).toBeUndefined();
  });
});
