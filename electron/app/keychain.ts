import { join } from 'node:path';
import { app } from 'electron';
import { openSessionBus } from '../adapters/bus/client.ts';
import { findKeychains, keychainOf } from '../adapters/bus/keychains.ts';
import { createKeychain, type Keychain } from '../adapters/keychain/safe-storage.ts';
import { sealingBackend } from '../adapters/keychain/secret-box.ts';
import { choosePasswordStore, givenPasswordStore } from '../policy/password-store.ts';
import type { StartOptions } from './options.ts';
import { complain } from './process-start.ts';
import { modeFolder } from './profile.ts';
import { openDocuments } from './storage.ts';

/** A bus that hangs has Castkey start as Chromium would. */
const CHOICE_MS = 3_000;

const openBus = () => openSessionBus(process.env);

/** Has Chromium use the keychain there is. Before ready, and only once the profile is Castkey's own. */
export async function chooseKeychain({ home, standIn }: StartOptions): Promise<void> {
  if (process.platform !== 'linux' || givenPasswordStore(process.argv).length > 0) return;
  const mode =
    standIn === null ? ({ kind: 'twitch' } as const) : { kind: 'stand-in' as const, environment: standIn };
  const log = { warn: complain, error: complain }; // the profile's own comes later
  const documents = openDocuments(join(modeFolder(home, mode), 'documents'), log);
  const choice = sealingBackend({ documents, log }).then(async (sealedBy) =>
    choosePasswordStore({ env: process.env, sealedBy, isThere: await findKeychains(openBus) }),
  );
  const late = new Promise<null>((resolve) => setTimeout(resolve, CHOICE_MS, null).unref());
  const store = await Promise.race([choice, late]);
  if (store !== null) app.commandLine.appendSwitch('password-store', store);
}

/** The system's keychain; `restart` starts Castkey again. */
export const openKeychain = (restart: (why: string) => void): Keychain =>
  createKeychain({ doorOf: (backend) => keychainOf(backend, openBus, app.getName()), restart });
