/** A vault on its socket for clients in other languages. */
import { LUNA as USER } from '../../support/people.ts';
import { openSandboxVaultFixture, type SandboxVaultFixture } from '../../support/sandbox-vault-fixture.ts';
import { type RecordedRequests, recordRequests } from './request-recorder.ts';

/** The account every vault here has, and its intent. */
export { LUNA as USER } from '../../support/people.ts';
export const INTENT = 'stream chat';
/** An account nobody has. */
export const NOBODY = '799999999';

/** A vault with one login, for a client to come to. */
export interface LanguageVaultFixture extends SandboxVaultFixture {
  /** What came in over the socket since the vault was made. */
  readonly recorded: RecordedRequests;
}

/** Starts it all, with one account signed in for `chat:read`. */
export async function openLanguageVault(): Promise<LanguageVaultFixture> {
  const recorded = recordRequests();
  const home = await openSandboxVaultFixture({ kind: 'confidential', between: recorded.between });
  await home.signIn(USER, ['chat:read'], [INTENT, 'chat']);
  return Object.assign(home, { recorded });
}
