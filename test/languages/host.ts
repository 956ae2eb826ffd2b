/** A standing vault for clients in other languages. */

import { LUNA as USER } from '../support/people.ts';
import { openSandboxVaultFixture, type SandboxVaultFixture } from '../support/sandbox-vault-fixture.ts';
import { type Overheard, overhear } from './overhear.ts';

/** The account every vault here has, and its intent. */
export { LUNA as USER } from '../support/people.ts';
export const INTENT = 'chat';
/** An account nobody has. */
export const NOBODY = '799999999';

/** A vault with one login, for a client to come to. */
export interface LanguageHost extends SandboxVaultFixture {
  /** What came in over the socket since the vault was made. */
  readonly heard: Overheard;
}

/** Starts it all, with one account signed in for `chat:read`. */
export async function openLanguageHost(): Promise<LanguageHost> {
  const heard = overhear();
  const home = await openSandboxVaultFixture({ kind: 'confidential', between: heard.between });
  await home.signIn(USER, ['chat:read'], [INTENT]);
  return Object.assign(home, { heard });
}
