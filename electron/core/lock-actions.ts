/** Locking and unlocking by the streamer's hand, and what a locked Castkey still does for her. */
import type { CallResult } from '../../shared/ipc.ts';
import { OK, refuse } from './answers.ts';
import type { Parts } from './parts.ts';
import type { Switches } from './switches.ts';
import type { VaultActions } from './vault.ts';

type LockActions = Pick<VaultActions, 'vault.lock' | 'vault.unlock'>;

/** Where a passphrase protects the vault, unlocking needs it; where the system can ask who is there, its yes. */
export function createLockActions({ deps, activity }: Parts, switches: Switches): LockActions {
  let busy = false;

  async function mayUnlock(passphrase: string | undefined): Promise<CallResult<void>> {
    if (deps.box.protection().kind !== 'passphrase') {
      if (!deps.presence.available() || (await deps.presence.ask('unlock Castkey'))) return OK;
      return refuse('refused', 'Your computer did not confirm that it is you.');
    }
    if (passphrase === undefined) return refuse('locked', 'Type your passphrase to unlock Castkey.');
    if ((await deps.box.givePassphrase(passphrase)) === 'wrong')
      return refuse('refused', 'That passphrase is not the right one.');
    await switches.unsealed();
    return OK;
  }

  return {
    async 'vault.lock'() {
      switches.lock('streamer');
      return OK;
    },
    async 'vault.unlock'({ passphrase }) {
      if (!switches.locked()) return OK;
      if (busy) return refuse('refused', 'Castkey is being unlocked already.');
      busy = true;
      try {
        const may = await mayUnlock(passphrase);
        if (may.ok) switches.unlock();
        else
          activity.add('vault.unlock-refused', `Castkey stayed locked: ${may.error.message}`, { ok: false });
        return may;
      } finally {
        busy = false;
      }
    },
  };
}

/** Taking something away, looking, and what opens Castkey again. All else waits until it is unlocked. */
const WHILE_LOCKED: ReadonlySet<keyof VaultActions> = new Set<keyof VaultActions>([
  'vault.lock',
  'vault.unlock',
  'passphrase.enter',
  'bot.remove',
  'grant.revoke',
  'grant.change',
  'account.refresh',
  'account.refreshAll',
  'account.rotate',
  'activity.search',
  'activity.copySafe',
  'notice.dismiss',
]);

/** The same actions, of which a locked Castkey refuses those that open something or change what she set. */
export function refuseWhileLocked(actions: VaultActions, locked: () => boolean): VaultActions {
  const guarded = Object.entries(actions).map(([name, run]) => {
    if (WHILE_LOCKED.has(name as keyof VaultActions)) return [name, run];
    const act = run as (...args: unknown[]) => Promise<CallResult<unknown>>;
    return [name, async (...args: unknown[]) => (locked() ? LOCKED : act(...args))];
  });
  return Object.fromEntries(guarded) as VaultActions;
}

const LOCKED = refuse('locked', 'Castkey is locked. Unlock it first.');
