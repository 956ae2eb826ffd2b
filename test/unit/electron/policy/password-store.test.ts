import { expect, it } from 'vitest';
import {
  choosePasswordStore,
  givenPasswordStore,
  type PasswordStore,
} from '../../../../electron/policy/password-store.ts';

const KDE6 = { XDG_CURRENT_DESKTOP: 'KDE', KDE_SESSION_VERSION: '6' };
const KDE5 = { XDG_CURRENT_DESKTOP: 'KDE', KDE_SESSION_VERSION: '5' };
const on = (XDG_CURRENT_DESKTOP: string) => ({ XDG_CURRENT_DESKTOP });
const ALL: PasswordStore[] = ['gnome-libsecret', 'kwallet6', 'kwallet5'];

type Row = readonly [
  what: string,
  env: Record<string, string>,
  there: readonly PasswordStore[],
  sealedBy: string | null,
  chosen: PasswordStore | null,
];
const ROWS: readonly Row[] = [
  ['GNOME', on('GNOME'), ['gnome-libsecret'], null, 'gnome-libsecret'],
  ['Ubuntu’s GNOME', on('ubuntu:GNOME'), ALL, null, 'gnome-libsecret'],
  ['sway', on('sway'), ['gnome-libsecret'], null, 'gnome-libsecret'],
  ['Hyprland', on('Hyprland'), ['gnome-libsecret'], null, 'gnome-libsecret'],
  ['i3', on('i3'), ['gnome-libsecret'], null, 'gnome-libsecret'],
  ['niri', on('niri'), ['gnome-libsecret'], null, 'gnome-libsecret'],
  ['no desktop named', {}, ['gnome-libsecret'], null, 'gnome-libsecret'],
  ['an empty name', on(''), ['gnome-libsecret'], null, 'gnome-libsecret'],
  ['sway with a wallet beside', on('sway'), ALL, null, 'gnome-libsecret'],
  ['sway with only a wallet', on('sway'), ['kwallet5'], null, 'kwallet5'],
  ['sway with only wallets', on('sway'), ['kwallet5', 'kwallet6'], null, 'kwallet6'],
  ['sway with nothing', on('sway'), [], null, null],
  ['KDE 6', KDE6, ALL, null, 'kwallet6'],
  ['KDE 5', KDE5, ALL, null, 'kwallet5'],
  ['KDE 4', on('KDE'), ['kwallet', 'gnome-libsecret'], null, 'kwallet'],
  ['KDE by its session', { DESKTOP_SESSION: 'plasma', KDE_SESSION_VERSION: '6' }, ALL, null, 'kwallet6'],
  ['KDE without its wallet (KeePassXC)', KDE6, ['gnome-libsecret'], null, 'gnome-libsecret'],
  ['KDE 6 with the wallet of 5', KDE6, ['kwallet5'], null, 'kwallet5'],
  ['KDE with nothing', KDE6, [], null, null],
  ['KDE, sealed by the Secret Service before', KDE6, ALL, 'gnome_libsecret', 'gnome-libsecret'],
  ['sway, sealed by KDE’s wallet before', on('sway'), ALL, 'kwallet6', 'kwallet6'],
  ['sway, sealed by a wallet that is gone', on('sway'), ['gnome-libsecret'], 'kwallet6', 'gnome-libsecret'],
  ['sway, sealed by one that isn’t there yet', on('sway'), [], 'gnome_libsecret', 'gnome-libsecret'],
  ['sealed by something Linux doesn’t have', on('sway'), [], 'dpapi', null],
];

it.each(ROWS)('%s', async (_what, env, there, sealedBy, chosen) => {
  const isThere = async (store: PasswordStore) => there.includes(store);
  expect(await choosePasswordStore({ env, sealedBy, isThere })).toBe(chosen);
});

it('a flag given by hand is found, to be left as it is and handed on', () => {
  const argv = [
    'castkey',
    '--hidden',
    '--password-store=basic',
    '-password-store=kwallet5',
    '--password-storex=1',
  ];
  expect(givenPasswordStore(argv)).toEqual(['--password-store=basic', '-password-store=kwallet5']);
  expect(givenPasswordStore(['castkey', '--sandbox'])).toEqual([]);
});
