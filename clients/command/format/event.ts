import type { WireEventBody } from '../../../shared/protocol.ts';
import { sanitize } from '../../javascript/src/errors.ts';
import type { Tone } from './colours.ts';

/** What happened, in a sentence, and how much it matters. */
export interface Told {
  readonly tone: Tone;
  readonly text: string;
}

const CHANGES = {
  refreshed: 'was renewed',
  consent: 'is new: more was allowed at Twitch',
  replaced: 'was replaced',
} as const;

/**
 * An event in words. Texts in it are the vault's and are cleaned.
 *
 * @param nameOf The login of a user ID, or the ID itself.
 */
export function inWords(event: WireEventBody, nameOf: (userId: string) => string): Told {
  switch (event.type) {
    case 'token.changed':
      return { tone: 'good', text: `${nameOf(event.userId)}: the token ${CHANGES[event.reason]}` };
    case 'token.invalidated':
      return { tone: 'bad', text: `${nameOf(event.userId)}: the token is void (${sanitize(event.reason)})` };
    case 'account.added':
      return { tone: 'good', text: `${nameOf(event.userId)}: is now in Castkey` };
    case 'account.removed':
      return { tone: 'care', text: `${nameOf(event.userId)}: was removed from Castkey` };
    case 'intents.changed': {
      const jobs = sanitize(event.intents.join(', ')) || 'none';
      return { tone: 'care', text: `${nameOf(event.userId)}: jobs are now ${jobs}` };
    }
    case 'grant.revoked':
      return { tone: 'bad', text: `this bot may no longer use ${revoked(event, nameOf)}` };
    case 'vault.locked':
      return { tone: 'care', text: 'Castkey is locked' };
    case 'vault.unlocked':
      return { tone: 'good', text: 'Castkey is unlocked' };
    case 'overflow':
      return { tone: 'care', text: 'events were lost' };
    case 'state': {
      const logins = sanitize(event.users.map(({ login }) => login).join(', ')) || 'none';
      const heading = event.locked ? 'Castkey is locked; accounts' : 'accounts';
      return { tone: 'care', text: `${heading}: ${logins}${event.more ? ' …' : ''}` };
    }
  }
}

function revoked(
  { userId, intent }: Extract<WireEventBody, { type: 'grant.revoked' }>,
  nameOf: (userId: string) => string,
): string {
  if (userId !== undefined) return nameOf(userId);
  return intent === undefined ? 'anything' : `the job ${sanitize(intent)}`;
}
