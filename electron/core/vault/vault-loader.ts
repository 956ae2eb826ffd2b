/** Reads what is sealed, as soon as it can be opened, and takes a Twitch application into use. */

import { loadApplication, saveApplication, type TwitchApplication } from '../applications/application.ts';
import { reasonOf } from '../result.ts';
import { keepsSecrets } from '../secret.ts';
import type { Services } from '../services.ts';
import { createKeychainWatch } from './keychain-watch.ts';
import { type VaultState, whySealed } from './vault-state.ts';

type LoaderServices = Pick<
  Services,
  'accounts' | 'bots' | 'deps' | 'events' | 'notices' | 'refresher' | 'scheduler' | 'signIns'
>;

/** How soon logins that another keychain sealed are tried again. */
const RETRY_MS = 15_000;
const WAITING = 'The system’s keychain can’t be opened yet, so logins are waiting. Nothing is lost.';
const NO_APP = {
  lost: 'The secret of your Twitch application was sealed with another keychain; please enter it again.',
  unreadable: 'What was stored of your Twitch application can’t be read; please enter it again.',
} as const;

/** Brings the stored application, bots and accounts into the vault. */
export interface VaultLoader {
  /** May be called again: what is in use stays, what could not be opened before is added. */
  open(): Promise<void>;
  switchApplication(app: TwitchApplication): Promise<void>;
}

/** Reads nothing until `open`. */
export function createVaultLoader(
  services: LoaderServices,
  state: VaultState,
  changed: () => void,
): VaultLoader {
  const { deps, accounts, bots, events, notices, refresher, scheduler, signIns } = services;
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

  async function loadAccounts(app: TwitchApplication): Promise<void> {
    if (whySealed(deps.box.protection()) !== null) return changed(); // once it is open, all of it is read
    const before = accounts.list().length;
    const { problems, sealed } = await accounts.load(app.clientId);
    for (const problem of problems) notices.add('error', problem);
    if (sealed) retryLater();
    // Starting checks every account at Twitch: not with each try to open one that stays shut.
    if (!scheduled || !sealed || accounts.list().length > before) scheduler.start();
    scheduled = true;
    events.emit({ type: 'state' }); // a bot may be connected, and know other accounts or none
    changed();
  }

  /** What the disk refuses now is tried with the next start: the old seal still opens. */
  async function resealApp(app: TwitchApplication): Promise<void> {
    await saveApplication(deps.documents, deps.box, app, keepsSecrets(deps)).catch((error) =>
      deps.log.warn('the application was not sealed anew', { reason: reasonOf(error) }),
    );
  }

  /** Known at once, if not its secret: else windows would have the streamer set up what she has. */
  async function loadApp(): Promise<void> {
    const stored = await loadApplication(deps.documents, deps.box);
    state.sealedApp = stored.kind === 'sealed' ? stored.app : null;
    if (stored.kind === 'app') {
      state.app ??= stored.app;
      if (stored.stale) await resealApp(stored.app);
    }
    if (stored.kind === 'sealed' && whySealed(deps.box.protection()) === null) retryLater();
    if (stored.kind === 'lost' || stored.kind === 'unreadable') notices.add('error', NO_APP[stored.kind]);
  }

  async function open(): Promise<void> {
    await loadApp();
    // Bots are known at once, if not their keys: else they would be told that nobody knows them.
    for (const problem of await bots.load()) notices.add('error', problem);
    watchKeychain();
    if (state.app !== null) await loadAccounts(state.app);
  }

  /** Also what came in while nothing could be sealed is written now. */
  async function openAndSeal(): Promise<void> {
    await open();
    await sealWhatIsHeld(services, state.app);
  }

  return {
    open,
    async switchApplication(app) {
      signIns.stop('setup');
      // What Twitch answers to requests under way belongs to the old application.
      if (state.app?.clientId !== app.clientId) await refresher.settled();
      state.app = app;
      state.sealedApp = null;
      await loadAccounts(app);
    },
  };
}

/** Writes down what was in memory only, as soon as there is something to seal it with; false when the disk refuses. */
export async function sealWhatIsHeld(
  { accounts, bots, deps }: Pick<Services, 'accounts' | 'bots' | 'deps'>,
  app: TwitchApplication | null,
): Promise<boolean> {
  for (const account of accounts.list()) await accounts.persist(account);
  try {
    if (app !== null) await saveApplication(deps.documents, deps.box, app, true);
    await bots.save();
    return true;
  } catch (error) {
    deps.log.error('not all that was in memory could be written', { reason: reasonOf(error) });
    return false;
  }
}
