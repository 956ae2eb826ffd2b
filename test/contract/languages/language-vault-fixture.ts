/** A standing vault for clients in other languages. */
import { openVaultAtSandbox, LUNA as USER, type VaultAtSandbox } from '../../fakes/vault-at-sandbox.ts';
import { type RecordedRequests, recordRequests } from './request-recorder.ts';

/** The account every vault here has, and its intent. */
export { LUNA as USER } from '../../fakes/vault-at-sandbox.ts';
export const INTENT = 'chat';
/** An account nobody has. */
export const NOBODY = '799999999';

/** A vault with one login, for a client to come to. */
export interface LanguageVaultFixture extends VaultAtSandbox {
  /** What came in over the socket since the vault was made. */
  readonly recorded: RecordedRequests;
}

/** Starts it all, with one account signed in for `chat:read`. */
export async function openLanguageVault(): Promise<LanguageVaultFixture> {
  const recorded = recordRequests();
  const home = await openVaultAtSandbox({ kind: 'confidential', between: recorded.between });
  await home.signIn(USER, ['chat:read'], [INTENT]);
  return Object.assign(home, { recorded });
}
