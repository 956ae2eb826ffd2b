import { createHash } from 'node:crypto';
import { keyFileName, keyFilePath } from '../../../clients/javascript/src/key-path.ts';
import { profileFolder, socketPath } from '../../../shared/socket-path.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const HOMES = { linux: '/mnt/ann', darwin: '/Volumes/ann', win32: 'C:\\Users\\ann' } as const;
type Platform = keyof typeof HOMES;
type Place = readonly [Platform, Readonly<Record<string, string>>];

const SOCKETS: readonly Place[] = [
  ['linux', {}],
  ['linux', { XDG_CONFIG_HOME: '/cfg' }],
  ['linux', { XDG_RUNTIME_DIR: '/run/user/1000' }],
  ['linux', { XDG_RUNTIME_DIR: '/run/user/1000/' }],
  ['linux', { XDG_RUNTIME_DIR: 'relative' }],
  ['linux', { XDG_RUNTIME_DIR: '', CASTKEY_HOME: '', CASTKEY_SOCKET: '' }],
  ['linux', { XDG_RUNTIME_DIR: '/run/user/1000', CASTKEY_HOME: '/vault' }],
  ['linux', { CASTKEY_HOME: '/vault/' }],
  ['linux', { XDG_RUNTIME_DIR: '/run/user/1000', CASTKEY_HOME: '/vault', CASTKEY_SOCKET: '/tmp/c.sock' }],
  ['darwin', {}],
  ['darwin', { XDG_RUNTIME_DIR: '/run/user/501', XDG_CONFIG_HOME: '/cfg' }],
  ['darwin', { CASTKEY_HOME: '/vault' }],
  ['darwin', { CASTKEY_SOCKET: '/tmp/c.sock' }],
  ['win32', {}],
  ['win32', { APPDATA: 'D:\\Roaming' }],
  ['win32', { CASTKEY_HOME: 'E:\\vault\\' }],
  ['win32', { CASTKEY_HOME: 'E:\\Größe' }],
  ['win32', { CASTKEY_SOCKET: '\\\\.\\pipe\\mine' }],
];

const KEYS: readonly Place[] = [
  ['linux', {}],
  ['linux', { XDG_CONFIG_HOME: '/cfg' }],
  ['linux', { CASTKEY_KEY_FILE: '/keys/k.json' }],
  ['darwin', {}],
  ['win32', {}],
  ['win32', { APPDATA: 'D:\\Roaming' }],
];

const NAMES = [
  'chat-bot',
  'bot_2',
  'x'.repeat(48),
  'x'.repeat(49),
  'Chat-Bot',
  'Chat Bot',
  'con',
  'com1',
  '-rf',
  '../../etc/passwd',
  'bőt',
  'ボット',
];

/** Where the socket is, for each platform and environment. */
export const socketVectors = () =>
  SOCKETS.map(([platform, env]) => {
    const input = { platform, env, homedir: HOMES[platform], sha256 };
    const { path, problem } = socketPath(input);
    if (problem) throw new Error(problem);
    return { platform, home: HOMES[platform], env, profile: profileFolder(input), socket: path };
  });

/** Where a bot's key is, and what its file is called. */
export const keyPathVectors = () => ({
  files: KEYS.map(([platform, env]) => ({
    platform,
    home: HOMES[platform],
    env,
    name: 'chat-bot',
    keyFile: keyFilePath({ platform, env, homedir: HOMES[platform] }, 'chat-bot'),
  })),
  names: NAMES.map((name) => ({ name, file: keyFileName(name) })),
});
