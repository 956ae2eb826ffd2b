/**
 * The keychains of Linux's desktops, asked over the session bus whether they are open. Chromium's own calls can't be
 * asked that: they put up the system's prompt and stand still behind it, and a no is remembered until Castkey ends.
 */
import type { BusClient } from './client.ts';
import { type BusCall, busMethod } from './message.ts';

/** `absent`: nothing answers by its name, at the moment. */
type KeychainState = 'open' | 'locked' | 'absent';

/** One keychain. Nothing here rejects; what a bus that hangs would tell counts as `absent`. */
interface BusKeychain {
  state(): Promise<KeychainState>;
  /** Has the system ask for its password, and waits for the answer. */
  unlock(): Promise<void>;
}

type OpenBus = () => Promise<BusClient | null>;

/** A person reads it, looks for a password and types it. */
const PROMPT_MS = 10 * 60_000;
/** What the services say for "none". */
const NO_PATH = '/';

/** The names by which Chromium knows the keychains, and those they have on the session bus. */
export const KEYCHAIN_NAMES = {
  'gnome-libsecret': 'org.freedesktop.secrets',
  kwallet6: 'org.kde.kwalletd6',
  kwallet5: 'org.kde.kwalletd5',
  kwallet: 'org.kde.kwalletd',
} as const;
type Store = keyof typeof KEYCHAIN_NAMES;

/** The keychain behind a backend of Chromium's, such as `gnome_libsecret`; null for one that can't be asked. */
export function keychainOf(backend: string, openBus: OpenBus, appName: string): BusKeychain | null {
  const store = Object.keys(KEYCHAIN_NAMES).find((name) => name === backend.replace('_', '-')) as Store;
  if (store === undefined) return null;
  return store === 'gnome-libsecret' ? secretService(openBus) : wallet(store, openBus, appName);
}

async function withBus<T>(openBus: OpenBus, without: T, ask: (bus: BusClient) => Promise<T>): Promise<T> {
  const bus = await openBus();
  if (bus === null) return without;
  try {
    return await ask(bus);
  } finally {
    bus.close();
  }
}

/** freedesktop.org's Secret Service API, as gnome-keyring, KeePassXC and KWallet have it. */
const secrets = (
  path: string,
  method: readonly [interfaceName: string, member: string],
  signature: string,
  body: readonly unknown[],
): BusCall => {
  const [interfaceName, member] = method;
  const destination = KEYCHAIN_NAMES['gnome-libsecret'];
  return { destination, path, interface: `org.freedesktop.${interfaceName}`, member, signature, body };
};
const SERVICE = '/org/freedesktop/secrets';

function secretService(openBus: OpenBus): BusKeychain {
  return {
    state: () => withBus(openBus, 'absent', secretServiceState),
    unlock: () => withBus(openBus, undefined, unlockSecretService),
  };
}

/** Chromium keeps its key in the default collection. */
async function defaultCollection(bus: BusClient): Promise<string | null> {
  const [path] = (await bus.call(secrets(SERVICE, ['Secret.Service', 'ReadAlias'], 's', ['default']))) ?? [];
  return typeof path === 'string' ? path : null;
}

async function secretServiceState(bus: BusClient): Promise<KeychainState> {
  const collection = await defaultCollection(bus);
  if (collection === null) return 'absent';
  if (collection === NO_PATH) return 'locked'; // the first to need one has to have it made, by a prompt
  const property = ['org.freedesktop.Secret.Collection', 'Locked'];
  const answer = await bus.call(secrets(collection, ['DBus.Properties', 'Get'], 'ss', property));
  if (answer === null) return 'absent';
  return answer[0] === false ? 'open' : 'locked';
}

async function unlockSecretService(bus: BusClient): Promise<void> {
  const collection = await defaultCollection(bus);
  if (collection === null) return;
  const label = ['org.freedesktop.Secret.Collection.Label', { signature: 's', value: 'Default' }];
  const answer = await bus.call(
    collection === NO_PATH
      ? secrets(SERVICE, ['Secret.Service', 'CreateCollection'], 'a{sv}s', [[label], 'default'])
      : secrets(SERVICE, ['Secret.Service', 'Unlock'], 'ao', [[collection]]),
  );
  const prompt = answer?.[1];
  if (typeof prompt !== 'string' || prompt === NO_PATH) return;
  const completed = bus.signal({ path: prompt, member: 'Completed' }, PROMPT_MS);
  const asked = await bus.call(secrets(prompt, ['Secret.Prompt', 'Prompt'], 's', ['']));
  if (asked !== null) await completed;
}

/** KDE's own interface. It tells whether the wallet is open at all, not whether it is for Castkey. */
function wallet(store: Exclude<Store, 'gnome-libsecret'>, openBus: OpenBus, appName: string): BusKeychain {
  const ask = (member: string, signature = '', body: readonly unknown[] = []): BusCall =>
    walletCall(store, member, signature, body);
  const nameOf = async (bus: BusClient): Promise<unknown> =>
    (await bus.call(ask('networkWallet')))?.[0] ?? null;
  return {
    state: () =>
      withBus<KeychainState>(openBus, 'absent', async (bus) => {
        const wallet = await nameOf(bus);
        const answer = typeof wallet !== 'string' ? null : await bus.call(ask('isOpen', 's', [wallet]));
        if (answer === null) return 'absent';
        return answer[0] === true ? 'open' : 'locked';
      }),
    unlock: () =>
      withBus(openBus, undefined, async (bus) => {
        const wallet = await nameOf(bus);
        if (typeof wallet === 'string') await bus.call(ask('open', 'sxs', [wallet, 0, appName]), PROMPT_MS);
      }),
  };
}

function walletCall(
  store: Exclude<Store, 'gnome-libsecret'>,
  member: string,
  signature: string,
  body: readonly unknown[],
): BusCall {
  const path = `/modules/${KEYCHAIN_NAMES[store].split('.').at(-1)}`;
  return { destination: KEYCHAIN_NAMES[store], path, interface: 'org.kde.KWallet', member, signature, body };
}

/**
 * Tells which of the keychains there are: running, or started by the bus when they are asked. A wallet that was switched
 * off in KDE's settings is none.
 */
export async function findKeychains(openBus: OpenBus): Promise<(store: Store) => Promise<boolean>> {
  const names = await withBus<readonly unknown[]>(openBus, [], async (bus) => {
    const lists = await Promise.all([
      bus.call(busMethod('ListNames')),
      bus.call(busMethod('ListActivatableNames')),
    ]);
    return lists.flatMap((list) => (Array.isArray(list?.[0]) ? list[0] : []));
  });
  return async (store) => {
    if (!names.includes(KEYCHAIN_NAMES[store])) return false;
    if (store === 'gnome-libsecret') return true;
    const answer = await withBus(openBus, null, (bus) => bus.call(walletCall(store, 'isEnabled', '', [])));
    return answer?.[0] === true;
  };
}
