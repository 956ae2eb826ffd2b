import { scopeInfo } from '../../shared/scopes.ts';
import type { ActivityView, AskerView } from '../../shared/views.ts';
import { safeText } from './safe-text.ts';
import { sentence } from './scope-words.ts';
import { counted, dayWords } from './time-words.ts';

/** More scopes than this are only counted in a line. */
const MOST_IN_A_LINE = 3;

/** What entries are about, by the first word of their kind; anything else is about Castkey itself. */
export const TOPICS = [
  { name: 'tokens', title: 'Tokens', kinds: ['token'] },
  { name: 'logins', title: 'Logins', kinds: ['account', 'consent', 'sign-in'] },
  { name: 'bots', title: 'Bots and permissions', kinds: ['approval', 'bot', 'grant', 'pair', 'pairing'] },
  { name: 'strangers', title: 'Strangers', kinds: ['peer', 'stranger'] },
  { name: 'castkey', title: 'Castkey itself', kinds: [] },
] as const;
/** A group of kinds, as the activity page filters by it. */
export type Topic = (typeof TOPICS)[number]['name'];

/** True when a program that had proved nothing was turned away. */
export const isStranger = ({ ok, asker, kind }: ActivityView): boolean =>
  kind.startsWith('peer.') || (!ok && asker !== null && !asker.proved);

/** Which group an entry belongs to. A refused stranger is one, whatever it asked for. */
export function topicOfEntry(entry: ActivityView): Topic {
  if (isStranger(entry)) return 'strangers';
  const first = entry.kind.split('.')[0] ?? '';
  return TOPICS.find(({ kinds }) => (kinds as readonly string[]).includes(first))?.name ?? 'castkey';
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
export function passes(filter: ActivityFilter, entry: ActivityView): boolean {
  return (
    (!filter.bot || entry.bot === filter.bot) &&
    (!filter.login || entry.login === filter.login) &&
    (!filter.topic || topicOfEntry(entry) === filter.topic) &&
    (!filter.problems || !entry.ok)
  );
}

/** Whether an entry has every word of the query somewhere, what it says of scopes in words included. */
export function holds(entry: ActivityView, query: string): boolean {
  const { text, kind, bot, login, scopes, asker } = entry;
  const all = [text, kind, bot, login, ...scopes, ...scopes.map(scopeWords)];
  const everything = [...all, asker?.claimed, asker?.program, asker?.script].join(' ').toLowerCase();
  return wordsOf(query).every((word) => everything.includes(word));
}

/** Entries without doubles, newest first. */
export function inOrder(entries: readonly ActivityView[]): ActivityView[] {
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
  const few = scopes.length <= MOST_IN_A_LINE;
  const can = few ? sentence(scopes.map(scopeWords).join(', ')) : counted(scopes.length, 'permission');
  return [...names.map((name) => safeText(name ?? '')), can].filter(Boolean).join(' · ');
}

/** Who was at the other end: the name, and whether it is more than a claim. */
export function askerWords({ claimed, proved }: AskerView): string {
  const name = claimed === null ? '' : safeText(claimed);
  if (proved) return name ? `${name}, proved by its key` : 'A bot you let in, proved by its key';
  return name ? `It called itself “${name}”; nothing proves that` : 'It gave no name and proved nothing';
}
