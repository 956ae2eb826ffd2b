import type { ActivityKind } from '../../../shared/activity-kinds.ts';
import { scopeInfo } from '../../../shared/scopes.ts';
import type { ActivityView } from '../../../shared/views.ts';

/** The groups of kinds, in the order the activity page offers them. */
export const TOPICS = [
  { name: 'tokens', title: 'Tokens' },
  { name: 'logins', title: 'Logins' },
  { name: 'bots', title: 'Bots and permissions' },
  { name: 'unproved', title: 'Strangers' },
  { name: 'castkey', title: 'Castkey itself' },
] as const;
/** A group of kinds, as the activity page filters by it. */
export type Topic = (typeof TOPICS)[number]['name'];

/** The group of each kind of entry. A kind without one does not compile. */
const TOPIC_OF: Readonly<Record<ActivityKind, Topic>> = {
  'account.imported': 'logins',
  'account.removed': 'logins',
  'account.restored': 'logins',
  'account.signed-in': 'logins',
  'activity.exported': 'castkey',
  'app.configured': 'castkey',
  approval: 'bots',
  'backup.exported': 'castkey',
  'bot.accepted': 'bots',
  'bot.changed': 'bots',
  'bot.removed': 'bots',
  'bot.restored': 'bots',
  'bot.slowed': 'bots',
  consent: 'logins',
  'grant.ended': 'bots',
  'grant.changed': 'bots',
  'grant.revoked': 'bots',
  'intents.changed': 'logins',
  more: 'bots',
  pairing: 'bots',
  'passphrase.entered': 'castkey',
  'passphrase.refused': 'castkey',
  'passphrase.set': 'castkey',
  'peer.refused': 'unproved',
  'request.refused': 'bots',
  'settings.changed': 'castkey',
  'token.invalidated': 'tokens',
  'token.refreshed': 'tokens',
  'token.rotated': 'tokens',
  'token.served': 'tokens',
  unknown: 'castkey',
  'vault.locked': 'castkey',
  'vault.unlock-refused': 'castkey',
  'vault.unlocked': 'castkey',
};

/** True when a program that had proved nothing was turned away. */
export const isUnprovedPeer = ({ ok, peer, kind }: ActivityView): boolean =>
  kind === 'peer.refused' || (!ok && peer !== null && !peer.proved);

/** Which group an entry belongs to. A refused peer that proved nothing is a stranger, whatever it asked for. */
export function topicOfEntry(entry: ActivityView): Topic {
  return isUnprovedPeer(entry) ? 'unproved' : TOPIC_OF[entry.kind];
}

/** What the activity page is asked to show; empty texts ask for anything. */
export interface ActivityFilter {
  query: string;
  bot: string;
  login: string;
  topic: Topic | '';
  problems: boolean;
}

/** Asks for everything. */
export const ANY_ACTIVITY: ActivityFilter = { query: '', bot: '', login: '', topic: '', problems: false };

const wordsOf = (text: string): string[] => text.toLowerCase().split(/\s+/).filter(Boolean);

/** Whether an entry passes everything but the query, which the record itself is searched for. */
export function passesFilter(filter: ActivityFilter, entry: ActivityView): boolean {
  return (
    (!filter.bot || entry.bot === filter.bot) &&
    (!filter.login || entry.login === filter.login) &&
    (!filter.topic || topicOfEntry(entry) === filter.topic) &&
    (!filter.problems || !entry.ok)
  );
}

/** Whether an entry has every word of the query somewhere, what it says of scopes in words included. */
export function matchesQuery(entry: ActivityView, query: string): boolean {
  const { text, kind, bot, login, scopes, peer } = entry;
  const all = [text, kind, bot, login, ...scopes, ...scopes.map((scope) => scopeInfo(scope).words)];
  const everything = [...all, peer?.claimed, peer?.program, peer?.script].join(' ').toLowerCase();
  return wordsOf(query).every((word) => everything.includes(word));
}
