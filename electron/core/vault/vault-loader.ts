/** Reads what is sealed, as soon as it can be opened, and takes a Twitch application into use. */

import { loadApplication, saveApplication, type TwitchApplication } from '../applications/application.ts';
import { reasonOf } from '../result.ts';
import { keepsSecrets } from '../secret.ts';
import type { Services } from '../services.ts';
import type { VaultState } from './vault-state.ts';

type LoaderServices = Pick<
  Services,
  'accounts' | 'bots' | 'deps' | 'notices' | 'refresher' | 'scheduler' | 'signIns'
>;

/** How soon a keychain that could not be opened is tried again. */
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
  const { deps, accounts, bots, notices, refresher, scheduler, signIns } = services;
  let retrying = false;
  let scheduled = false;

  function retryLater(): void {
    notices.add('warning', WAITING);
    if (retrying) return;
    retrying = true;
    deps.timers.after(RETRY_MS, () => {
      retrying = false;
      if (!state.stopped) void open();
    });
  }

  async function loadAccounts(app: TwitchApplication): Promise<void> {
    const before = accounts.list().length;
    const { problems, sealed } = await accounts.load(app.clientId);
    for (const problem of problems) notices.add('error', problem);
    if (sealed) retryLater();
    // Starting checks every account at Twitch: not with each try to open one that stays shut.
    if (!scheduled || !sealed || accounts.list().length > before) scheduler.start();
    scheduled = true;
    changed();
  }

  async function loadBots(): Promise<void> {
    for (const problem of await bots.load()) notices.add('error', problem);
  }

  /** What the disk refuses now is tried with the next start: the old seal still opens. */
  async function resealApp(app: TwitchApplication): Promise<void> {
    await saveApplication(deps.documents, deps.box, app, keepsSecrets(deps)).catch((error) =>
      deps.log.warn('the application was not sealed anew', { reason: reasonOf(error) }),
    );
  }

  async function open(): Promise<void> {
    // Bots are known at once, if not their keys: else they would be told that nobody knows them.
    if (deps.box.protection().needsPassphrase) return loadBots();
    const stored = await loadApplication(deps.documents, deps.box);
    if (stored.kind === 'app') {
      state.app ??= stored.app;
      if (stored.stale) await resealApp(stored.app);
    }
    if (stored.kind === 'sealed') retryLater();
    if (stored.kind === 'lost' || stored.kind === 'unreadable') notices.add('error', NO_APP[stored.kind]);
    await loadBots();
    if (state.app !== null) await loadAccounts(state.app);
  }

  return {
    open,
    async switchApplication(app) {
      signIns.stop('setup');
      // What Twitch answers to requests under way belongs to the old application.
      if (state.app?.clientId !== app.clientId) await refresher.settled();
      state.app = app;
      await loadAccounts(app);
    },
  };
}
