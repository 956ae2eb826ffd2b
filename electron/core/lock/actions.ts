/** Locking, unlocking, and the passphrase that protects the vault. */
import { z } from 'zod';
import { CALL_LIMITS, type CallResult } from '../../../shared/ipc.ts';
import type { Actions, ActionsOf } from '../action.ts';
import {
  newPassphraseUnwanted,
  noPassphraseSet,
  notStored,
  OK,
  passphraseWanted,
  presenceNotConfirmed,
  sealedAlready,
  unlockingAlready,
  wrongPassphrase,
} from '../result.ts';
import { keepsSecrets } from '../secret.ts';
import type { Services } from '../services.ts';
import type { VaultControl } from '../vault/vault-control.ts';
import { sealWhatIsHeld } from '../vault/vault-loader.ts';

type LockServices = Pick<Services, 'accounts' | 'applications' | 'activity' | 'bots' | 'deps'>;

const passphrase = z.string().min(1).max(CALL_LIMITS.passphrase.max);

/** Where a passphrase protects the vault, unlocking needs it; where the system can ask who is there, its yes. */
export function lockActions(
  services: LockServices,
  control: VaultControl,
): ActionsOf<'vault' | 'passphrase' | 'keychain'> {
  const { activity } = services;
  let unlocking = false;
  return {
    'vault.lock': {
      arg: z.undefined(),
      whileLocked: true,
      async run() {
        control.lock('streamer');
        return OK;
      },
    },
    'vault.unlock': {
      arg: z.strictObject({ passphrase: passphrase.exactOptional() }),
      whileLocked: true,
      async run(req) {
        if (!control.isLocked()) return OK;
        if (unlocking) return unlockingAlready();
        unlocking = true;
        try {
          const may = await mayUnlock(services, control, req.passphrase);
          if (may.ok) control.unlock();
          else
            activity.add('vault.unlock-refused', `Castkey stayed locked: ${may.error.message}`, {
              ok: false,
            });
          return may;
        } finally {
          unlocking = false;
        }
      },
    },
    'passphrase.set': {
      arg: z.strictObject({ passphrase, anew: z.literal(true).exactOptional() }),
      whileLocked: false,
      run: (req) => setPassphrase(services, req),
    },
    'keychain.unlock': {
      arg: z.undefined(),
      whileLocked: true,
      run: () => unlockKeychain(services, control),
    },
    'passphrase.enter': {
      arg: z.strictObject({ passphrase }),
      whileLocked: true,
      run: (req) => enterPassphrase(services, control, req.passphrase),
    },
  };
}

/** The tray locks, and never unlocks: any program on the session bus can click in its menu. */
export function trayLockActions(control: Pick<VaultControl, 'lock'>): Actions<'vault.lock'> {
  return {
    'vault.lock': {
      arg: z.undefined(),
      whileLocked: true,
      async run() {
        control.lock('streamer', 'tray');
        return OK;
      },
    },
  };
}

async function mayUnlock(
  { deps }: Pick<Services, 'deps'>,
  control: VaultControl,
  given: string | undefined,
): Promise<CallResult<void>> {
  if (deps.box.protection().kind !== 'passphrase') {
    const confirmed = !deps.presence.available() || (await deps.presence.ask('unlock Castkey'));
    return confirmed ? OK : presenceNotConfirmed();
  }
  if (given === undefined) return passphraseWanted();
  if ((await deps.box.givePassphrase(given)) === 'wrong') return wrongPassphrase();
  await control.openSealed();
  return OK;
}

/** What was in memory only until now is sealed and written. */
async function setPassphrase(
  services: LockServices,
  chosen: { passphrase: string; anew?: true },
): Promise<CallResult<void>> {
  const { activity, deps } = services;
  if (keepsSecrets(deps)) return sealedAlready();
  if (deps.box.protection().damaged && chosen.anew !== true) return newPassphraseUnwanted();
  await deps.box.givePassphrase(chosen.passphrase);
  activity.add('passphrase.set', 'You set a passphrase');
  return (await sealWhatIsHeld(services)) ? OK : notStored();
}

/** What she answers to the system's prompt shows in what the window says: a no changes nothing. */
async function unlockKeychain(
  { deps }: Pick<Services, 'deps'>,
  control: VaultControl,
): Promise<CallResult<void>> {
  if (deps.box.protection().needsKeychain === null) return OK;
  await deps.box.unlockKeychain();
  if (deps.box.protection().needsKeychain === null && !control.isStopped()) await control.openSealed();
  return OK;
}

async function enterPassphrase(
  services: LockServices,
  control: VaultControl,
  given: string,
): Promise<CallResult<void>> {
  const { activity, deps } = services;
  // The box would take it as a new one, and that would then open what only the system may.
  if (deps.box.protection().kind !== 'passphrase') return noPassphraseSet();
  if ((await deps.box.givePassphrase(given)) === 'wrong') {
    activity.add('passphrase.refused', 'A wrong passphrase was entered', { ok: false });
    return wrongPassphrase();
  }
  await control.openSealed();
  activity.add('passphrase.entered', 'You opened your logins with the passphrase');
  return OK;
}
