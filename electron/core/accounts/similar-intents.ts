/** Intents that read the same as one that is about to be given. */
import { readsSame } from '../bots/confusable-names.ts';
import type { Services } from '../services.ts';

/** All that accounts have or bots may use, by other letters, capitals or spaces: a bot that asks for one gets nothing by the other. */
export function similarIntents(
  { accounts, bots }: Pick<Services, 'accounts' | 'bots'>,
  intent: string,
): string[] {
  const known = [
    ...accounts.list().flatMap(({ userId }) => accounts.intentsOf(userId)),
    ...bots.list().flatMap(({ grants }) => grants.flatMap((grant) => grant.intent ?? [])),
  ];
  return [...new Set(known)].filter((other) => other !== intent && readsSame(other, intent));
}
