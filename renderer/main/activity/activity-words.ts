import type { ActivityKind } from '../../../shared/activity-kinds.ts';
import { scopeInfo } from '../../../shared/scopes.ts';
import type { ActivityView, PeerView } from '../../../shared/views.ts';
import { safeText } from '../../format/safe-text.ts';
import { sentence } from '../../format/scope-words.ts';
import { counted, dayWords } from '../../format/time-words.ts';

/** More scopes than this are only counted in a line. */
const MAX_SCOPES_IN_A_LINE = 3;

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

/** A kind without a topic does not compile. */
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
const scopeWords = (scope: string): string => scopeInfo(scope).words;

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
  const all = [text, kind, bot, login, ...scopes, ...scopes.map(scopeWords)];
  const everything = [...all, peer?.claimed, peer?.program, peer?.script].join(' ').toLowerCase();
  return wordsOf(query).every((word) => everything.includes(word));
}

/** Entries without doubles, newest first. */
export function newestFirst(entries: readonly ActivityView[]): ActivityView[] {
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  return [...byId.values()].sort((a, b) => b.at - a.at || b.id - a.id);
}

/** Entries by day, in the order they come. */
export function byDay(
  entries: readonly ActivityView[],
  now: number,
): { day: string; entries: ActivityView[] }[] {
  const days: { day: string; entries: ActivityView[] }[] = [];
  for (const entry of entries) {
    const day = dayWords(entry.at, now);
    const last = days.at(-1);
    if (last?.day === day) last.entries.push(entry);
    else days.push({ day, entries: [entry] });
  }
  return days;
}

/** What the sentence doesn't say: its bot and account if they aren't in it, and the scopes in words. */
export function addedWords({ text, bot, login, scopes }: ActivityView): string {
  const names = [bot, login].filter((name) => name !== null && !text.includes(name));
  const few = scopes.length <= MAX_SCOPES_IN_A_LINE;
  const can = few ? sentence(scopes.map(scopeWords).join(', ')) : counted(scopes.length, 'permission');
  return [...names.map((name) => safeText(name ?? '')), can].filter(Boolean).join(' · ');
}

/** Who was at the other end: the name, and whether it is more than a claim. */
export function peerWords({ claimed, proved }: PeerView): string {
  const name = claimed === null ? '' : safeText(claimed);
  if (proved) return name ? `${name}, proved by its key` : 'A bot you let in, proved by its key';
  return name ? `It called itself “${name}”; nothing proves that` : 'It gave no name and proved nothing';
}
