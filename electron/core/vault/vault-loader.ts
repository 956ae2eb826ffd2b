/** Reads what is sealed, as soon as it can be opened. */

import { reasonOf } from '../result.ts';
import type { Services } from '../services.ts';
import { createKeychainWatch } from './keychain-watch.ts';
import { type VaultState, whySealed } from './vault-state.ts';

type LoaderServices = Pick<
  Services,
  'accounts' | 'applications' | 'bots' | 'deps' | 'events' | 'notices' | 'scheduler'
>;

/** How soon logins that another keychain sealed are tried again. */
const RETRY_MS = 15_000;
const WAITING = 'The system’s keychain can’t be opened yet, so logins are waiting. Nothing is lost.';

/** Brings the stored applications, bots and accounts into the vault. */
export interface VaultLoader {
  /** May be called again: what is in use stays, what could not be opened before is added. */
  open(): Promise<void>;
  /** Adds the logins the disk has of the applications known by now. */
  loadAccounts(): Promise<void>;
}

/** Reads nothing until `open`. */
export function createVaultLoader(
  services: LoaderServices,
  state: VaultState,
  changed: () => void,
): VaultLoader {
  const { deps, accounts, applications, bots, events, notices, scheduler } = services;
  let retrying = false;
  let scheduled = false;
  const watchKeychain = createKeychainWatch(deps, state, { changed, usable: openAndSeal });

  function retryLater(): void {
    // Of a passphrase whose file is damaged no time will tell; the window says so for as long as it holds.
    if (deps.box.protection().damaged) return;
    notices.add('warning', WAITING);
    if (retrying) return;
    retrying = true;
    deps.timers.after(RETRY_MS, () => {
      retrying = false;
      if (!state.stopped) void open();
    });
  }

  async function loadAccounts(): Promise<void> {
    if (whySealed(deps.box.protection()) !== null) return changed(); // once it is open, all of it is read
    const before = accounts.list().length;
    const { problems, sealed } = await accounts.load((clientId) => applications.get(clientId) !== null);
    for (const problem of problems) notices.add('error', problem);
    if (sealed) retryLater();
    // Starting checks every account at Twitch: not with each try to open one that stays shut.
    if (!scheduled || !sealed || accounts.list().length > before) scheduler.start();
    scheduled = true;
    events.emit({ type: 'state' }); // a bot may be connected, and know other accounts or none
    changed();
  }

  /** Known at once, if not their secrets: else windows would have the streamer set up what she has. */
  async function loadApplications(): Promise<void> {
    const { problems, sealed } = await applications.load();
    for (const problem of problems) notices.add('error', problem);
    if (sealed && whySealed(deps.box.protection()) === null) retryLater();
  }

  /** A bot of Castkey 0.1 had the only application there was; which one is the default later is no matter of its. */
  function pinApplications(): void {
    const clientId = applications.default()?.clientId ?? null;
    const older = bots.list().filter((bot) => bot.clientId === null);
    if (clientId === null || older.length === 0) return;
    for (const bot of older) bot.clientId = clientId;
    bots.saveSoon();
  }

  async function open(): Promise<void> {
    await loadApplications();
    // Bots are known at once, if not their keys: else they would be told that nobody knows them.
    for (const problem of await bots.load()) notices.add('error', problem);
    pinApplications();
    watchKeychain();
    await loadAccounts();
  }

  /** Also what came in while nothing could be sealed is written now. */
  async function openAndSeal(): Promise<void> {
    await open();
    await sealWhatIsHeld(services);
  }

  return { open, loadAccounts };
}

/** Writes down what was in memory only, as soon as there is something to seal it with; false when the disk refuses. */
export async function sealWhatIsHeld({
  accounts,
  applications,
  bots,
  deps,
}: Pick<Services, 'accounts' | 'applications' | 'bots' | 'deps'>): Promise<boolean> {
  for (const account of accounts.list()) await accounts.persist(account);
  try {
    if (applications.list().length > 0) await applications.save();
    await bots.save();
    return true;
  } catch (error) {
    deps.log.error('not all that was in memory could be written', { reason: reasonOf(error) });
    return false;
  }
}
