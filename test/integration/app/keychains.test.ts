import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSessionBus } from '../../../electron/adapters/bus/client.ts';
import { findKeychains, KEYCHAIN_NAMES, keychainOf } from '../../../electron/adapters/bus/keychains.ts';
import { findProgram } from '../../support/find-program.ts';
import { type FakeKeychain, type OwnBus, openOwnBus } from './fake-keychains.ts';

let bus: OwnBus;
beforeEach(async (context) => {
  if (findProgram('dbus-daemon') === undefined) context.skip('dbus-daemon is not here');
  bus = await openOwnBus();
});
afterEach(() => bus?.close());

const open = () => openSessionBus(bus.env);
const asked = (backend: string) => {
  const keychain = keychainOf(backend, open, 'Castkey');
  if (keychain === null) throw new Error(`${backend} can't be asked`);
  return keychain;
};

const BACKENDS = [
  ['gnome_libsecret', 'org.freedesktop.secrets'],
  ['kwallet6', 'org.kde.kwalletd6'],
  ['kwallet5', 'org.kde.kwalletd5'],
  ['kwallet', 'org.kde.kwalletd'],
] as const;

describe.each(BACKENDS)('%s', (backend, name) => {
  it('is absent while nobody has its name, and open or locked as it says', async () => {
    expect(await asked(backend).state()).toBe('absent');
    const keychain = await bus.join(name);
    expect(await asked(backend).state()).toBe('open');
    keychain.locked = true;
    expect(await asked(backend).state()).toBe('locked');
  });

  it('is unlocked by a yes at its prompt, and left as it was by a no', async () => {
    const keychain = Object.assign(await bus.join(name), { locked: true, answer: 'no' as const });
    await asked(backend).unlock();
    expect(await asked(backend).state()).toBe('locked');
    Object.assign(keychain, { answer: 'yes' });
    await asked(backend).unlock();
    expect(await asked(backend).state()).toBe('open');
  });

  it('is asked nothing that puts up a prompt, only to tell how it is', async () => {
    const keychain: FakeKeychain = Object.assign(await bus.join(name), { locked: true });
    await asked(backend).state();
    expect(keychain.called).not.toContain('open');
    expect(keychain.called).not.toContain('Unlock');
    expect(keychain.called).not.toContain('Prompt');
  });
});

it.each([BACKENDS[0], BACKENDS[1]])(
  '%s that answers nothing counts as absent, in time',
  async (backend, name) => {
    Object.assign(await bus.join(name), { hangs: true });
    expect(await asked(backend).state()).toBe('absent');
  },
);

it('a Secret Service without a collection is locked, and has one made when it is unlocked', async () => {
  const keychain = Object.assign(await bus.join(KEYCHAIN_NAMES['gnome-libsecret']), { made: false });
  expect(await asked('gnome_libsecret').state()).toBe('locked');
  await asked('gnome_libsecret').unlock();
  expect(keychain.called).toContain('CreateCollection');
  expect(await asked('gnome_libsecret').state()).toBe('open');
});

it('the keychains there are, are found; a wallet that is switched off is none', async () => {
  const all = ['gnome-libsecret', 'kwallet6', 'kwallet5'] as const;
  const found = async () => {
    const isThere = await findKeychains(open);
    return Promise.all(all.map(isThere));
  };
  expect(await found()).toEqual([false, false, false]);
  await bus.join(KEYCHAIN_NAMES['gnome-libsecret']);
  const wallet = await bus.join(KEYCHAIN_NAMES.kwallet6);
  expect(await found()).toEqual([true, true, false]);
  wallet.disabled = true;
  expect(await found()).toEqual([true, false, false]);
});

it.each(['basic_text', 'unknown', 'keychain', 'dpapi'])('%s is none that the bus knows', (backend) => {
  expect(keychainOf(backend, open, 'Castkey')).toBeNull();
});

it('a bus that is not there, or is no bus, counts as one without keychains', async () => {
  const gone = () => openSessionBus({ DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere/bus' });
  expect(await gone()).toBeNull();
  expect(await keychainOf('gnome_libsecret', gone, 'Castkey')?.state()).toBe('absent');
  const isThere = await findKeychains(gone);
  expect(await isThere('gnome-libsecret')).toBe(false);
});
