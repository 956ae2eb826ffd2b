import { z } from 'zod';
import type { Vault } from '../../core/vault.ts';
import { done, type Handlers } from '../register.ts';

/** What the calls of the approval window need from the vault in use. */
export type ApprovalShell = () => Pick<Vault, 'approval' | 'approvalView'>;

const id = z.string().min(1).max(128);

/** How each call of the approval window is answered. */
export function approvalHandlers(vault: ApprovalShell): Handlers<'approval'> {
  return {
    'approval.read': { check: z.undefined(), run: () => done(vault().approvalView()) },
    'approval.decide': {
      check: z.strictObject({
        id,
        verdict: z.enum(['always', 'once', 'deny']),
        intents: z.record(id, id).exactOptional(),
      }),
      run: (req) => vault().approval.decide(req),
    },
  };
}
