import { createHash } from 'node:crypto';
import { keyFileName, keyFilePath } from '../../../clients/javascript/src/key-path.ts';
import { profileFolder, socketPath } from '../../../shared/socket-path.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const HOMES = { linux: '/mnt/ann', darwin: '/Volumes/ann', win32: 'C:\\Users\\ann' } as const;
type Platform = keyof typeof HOMES;
type Place = readonly [Platform, Readonly<Record<string, string>>];

/** The user of the vectors; `own` folders are theirs. */
const UID = 1000;
/** What lies at a path; anything else there is nothing. */
type Lies = Readonly<Record<string, { kind: 'folder' | 'link' | 'file'; own: boolean; mode: string }>>;

const folder = (mode: string, own = true) => ({ kind: 'folder', own, mode }) as const;
const [GIVEN, USUAL] = ['/mnt/run', '/run/user/1000'];
const PRIVATE = folder('700');

const SOCKETS: readonly (readonly [...Place, Lies?])[] = [
  ['linux', {}],
  ['linux', { XDG_CONFIG_HOME: '/cfg' }],
  ['linux', { XDG_CONFIG_HOME: '~/.config' }],
  ['linux', { XDG_CONFIG_HOME: 'cfg' }],
  ['linux', { XDG_RUNTIME_DIR: GIVEN }, { [GIVEN]: PRIVATE }],
  ['linux', { XDG_RUNTIME_DIR: `${GIVEN}/` }, { [GIVEN]: PRIVATE }],
  ['linux', { XDG_RUNTIME_DIR: 'relative' }],
  ['linux', { XDG_RUNTIME_DIR: '', CASTKEY_HOME: '', CASTKEY_SOCKET: '' }],
  ['linux', { XDG_RUNTIME_DIR: GIVEN, CASTKEY_HOME: '/vault' }, { [GIVEN]: PRIVATE }],
  ['linux', { CASTKEY_HOME: '/vault/' }, { [USUAL]: PRIVATE }],
  ['linux', { XDG_RUNTIME_DIR: GIVEN, CASTKEY_HOME: '/vault', CASTKEY_SOCKET: '/tmp/c.sock' }],
  // Programs of cron, su and services have no variable.
  ['linux', {}, { [USUAL]: PRIVATE }],
  ['linux', { XDG_RUNTIME_DIR: '' }, { [USUAL]: PRIVATE }],
  ['linux', { XDG_RUNTIME_DIR: 'relative' }, { [USUAL]: PRIVATE }],
  ['linux', { XDG_RUNTIME_DIR: '~/run' }, { [USUAL]: PRIVATE }],
  ['linux', {}, { [USUAL]: folder('755') }],
  ['linux', {}, { [USUAL]: folder('700', false) }],
  // What isn't private is nobody's place: WSLg's 777, a link, a file, one of the user before `su`.
  ...['777', '755', '750', '710', '701', '600'].map((mode): [...Place, Lies] => [
    'linux',
    { XDG_RUNTIME_DIR: GIVEN },
    { [GIVEN]: folder(mode) },
  ]),
  ['linux', { XDG_RUNTIME_DIR: GIVEN }, { [GIVEN]: folder('777'), [USUAL]: PRIVATE }],
  ['linux', { XDG_RUNTIME_DIR: GIVEN }, { [GIVEN]: folder('700', false), [USUAL]: PRIVATE }],
  ['linux', { XDG_RUNTIME_DIR: GIVEN }, { [GIVEN]: { kind: 'link', own: true, mode: '700' } }],
  ['linux', { XDG_RUNTIME_DIR: `${GIVEN}/` }, { [GIVEN]: { kind: 'link', own: true, mode: '700' } }],
  ['linux', { XDG_RUNTIME_DIR: GIVEN }, { [GIVEN]: { kind: 'file', own: true, mode: '700' } }],
  ['linux', { XDG_RUNTIME_DIR: GIVEN }, {}],
  ['linux', { XDG_RUNTIME_DIR: GIVEN }, { [USUAL]: PRIVATE }],
  ['linux', { XDG_RUNTIME_DIR: '/' }],
  ['darwin', {}],
  ['darwin', { XDG_RUNTIME_DIR: '/run/user/501', XDG_CONFIG_HOME: '/cfg' }],
  ['darwin', { CASTKEY_HOME: '/vault' }],
  ['darwin', { CASTKEY_SOCKET: '/tmp/c.sock' }],
  ['win32', {}],
  ['win32', { APPDATA: 'D:\\Roaming' }],
  ['win32', { APPDATA: 'Roaming' }],
  ['win32', { APPDATA: 'D:Roaming' }],
  ['win32', { CASTKEY_HOME: 'E:\\vault\\' }],
  ['win32', { CASTKEY_HOME: 'E:\\Größe' }],
  ['win32', { CASTKEY_SOCKET: '\\\\.\\pipe\\mine' }],
];

/** Environments in which nothing can be found, each with the variable that the refusal names. */
const REFUSED: readonly (readonly [...Place, string])[] = [
  ['linux', { CASTKEY_HOME: 'vault' }, 'CASTKEY_HOME'],
  ['linux', { CASTKEY_HOME: '~/vault' }, 'CASTKEY_HOME'],
  ['linux', { CASTKEY_HOME: 'vault', CASTKEY_SOCKET: '/tmp/c.sock' }, 'CASTKEY_HOME'],
  ['linux', { CASTKEY_SOCKET: 'c.sock' }, 'CASTKEY_SOCKET'],
  ['linux', { CASTKEY_SOCKET: '~/c.sock' }, 'CASTKEY_SOCKET'],
  ['linux', { CASTKEY_SOCKET: `/${'x'.repeat(107)}` }, 'CASTKEY_SOCKET'],
  ['darwin', { CASTKEY_HOME: 'vault' }, 'CASTKEY_HOME'],
  ['win32', { CASTKEY_HOME: 'vault' }, 'CASTKEY_HOME'],
  ['win32', { CASTKEY_HOME: 'E:vault' }, 'CASTKEY_HOME'],
  ['win32', { CASTKEY_SOCKET: 'C:\\c.sock' }, 'CASTKEY_SOCKET'],
];

const KEYS: readonly Place[] = [
  ['linux', {}],
  ['linux', { XDG_CONFIG_HOME: '/cfg' }],
  ['linux', { XDG_CONFIG_HOME: '~/.config' }],
  ['linux', { XDG_CONFIG_HOME: 'cfg' }],
  ['linux', { XDG_CONFIG_HOME: '' }],
  ['linux', { CASTKEY_KEY_FILE: '/keys/k.json' }],
  ['darwin', {}],
  ['win32', {}],
  ['win32', { APPDATA: 'D:\\Roaming' }],
  ['win32', { APPDATA: '%USERPROFILE%\\Roaming' }],
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

const inputOf = (platform: Platform, env: Place[1], lies: Lies = {}) => ({
  ...{ platform, env, homedir: HOMES[platform], sha256, uid: UID },
  lstat: (path: string) => {
    const found = lies[path];
    if (found === undefined) return null;
    const { kind, own, mode } = found;
    return {
      ...{ uid: own ? UID : UID + 1, mode: Number.parseInt(mode, 8) },
      ...{ isDirectory: () => kind === 'folder', isSymbolicLink: () => kind === 'link' },
    };
  },
});

/** Where the socket is, for each platform, environment and what lies at the runtime folders of the user 1000. */
export const socketVectors = () =>
  SOCKETS.map(([platform, env, lies]) => {
    const input = inputOf(platform, env, lies);
    const { path, problem } = socketPath(input);
    if (problem) throw new Error(problem);
    const folders = platform === 'linux' ? { folders: lies ?? {} } : {};
    return { platform, home: HOMES[platform], env, ...folders, profile: profileFolder(input), socket: path };
  });

/** Where there is none, and the variable that is to blame. */
export const refusedSocketVectors = () =>
  REFUSED.map(([platform, env, names]) => {
    const { problem } = socketPath(inputOf(platform, env));
    if (!problem?.includes(names)) throw new Error(`${names} isn't blamed: ${problem}`);
    return { platform, home: HOMES[platform], env, names };
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
