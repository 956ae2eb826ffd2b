/** What a bot said it needs and would like, and what of that its accounts have. Pure. */
import { z } from 'zod';
import type { BotView } from '../../../shared/views.ts';
import type { Account } from '../accounts/account.ts';
import type { AccountReference } from '../accounts/accounts.ts';
import { chooseScopes, missingScopes, unionScopes } from '../accounts/scope-sets.ts';

const sets = z.array(z.array(z.string())).default([]);
/** One of its wants, as it was said at pairing. */
export const keptWant = z.object({
  userId: z.string().nullable(),
  intent: z.string().nullable(),
  scopes: sets,
  optional: sets,
});
export type KeptWant = z.infer<typeof keptWant>;

type Find = (named: AccountReference) => Account | null;

/** Each scope once; granted if every account that it is wanted of has it. Nothing is granted of a job that is nobody's. */
export function wantedScopes(wants: readonly KeptWant[], find: Find): BotView['scopes'] {
  const found = new Map<string, BotView['scopes'][number]>();
  for (const want of wants) {
    const held = find(want)?.tokens.scopes ?? [];
    for (const [list, required] of [[want.scopes, true] as const, [want.optional, false] as const]) {
      for (const scope of chooseScopes(list, held)) {
        const granted = missingScopes([scope], held).length === 0;
        const before = found.get(scope) ?? { scope, required, granted: true };
        found.set(scope, {
          scope,
          required: before.required || required,
          granted: before.granted && granted,
        });
      }
    }
  }
  return [...found.values()].sort((a, b) => Number(b.required) - Number(a.required));
}

/** By account, all that it lacks of what the bot needs or would like. */
export function lackedScopes(wants: readonly KeptWant[], find: Find): Map<Account, string[]> {
  const lacked = new Map<Account, string[]>();
  for (const want of wants) {
    const account = find(want);
    if (account === null) continue;
    const { scopes } = account.tokens;
    const missing = missingScopes(chooseScopes([...want.scopes, ...want.optional], scopes), scopes);
    if (missing.length > 0) lacked.set(account, unionScopes(lacked.get(account) ?? [], missing));
  }
  return lacked;
}
