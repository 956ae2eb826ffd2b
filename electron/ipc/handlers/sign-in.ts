import { z } from 'zod';
import type { Vault } from '../../core/vault.ts';
import { done, type Handlers } from '../register.ts';

/** What the calls of the sign-in window need from the vault in use. */
export type SignInShell = () => Pick<Vault, 'signIn' | 'signInView'>;

/** How each call of the sign-in window is answered. */
export function signInHandlers(vault: SignInShell): Handlers<'signIn'> {
  const one = z.strictObject({ id: z.string().min(1).max(128) });
  return {
    'signIn.read': { check: z.undefined(), run: () => done(vault().signInView()) },
    'signIn.here': { check: one, run: ({ id }) => vault().signIn.here(id) },
    'signIn.browser': { check: one, run: ({ id }) => vault().signIn.browser(id) },
    'signIn.copyLink': { check: one, run: ({ id }) => vault().signIn.copyLink(id) },
    'signIn.cancel': { check: one, run: ({ id }) => vault().signIn.cancel(id) },
    'signIn.back': { check: one, run: ({ id }) => vault().signIn.back(id) },
  };
}
