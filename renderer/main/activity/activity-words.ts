import { quoted } from '../../../shared/quoted.ts';
import { scopeInfo } from '../../../shared/scopes.ts';
import type { ActivityView, PeerView } from '../../../shared/views.ts';
import { counted, sentence } from '../../format/phrases.ts';
import { safeText } from '../../format/safe-text.ts';
import { dayWords } from '../../format/time-words.ts';

/** More scopes than this are only counted in a line. */
const MAX_SCOPES_IN_A_LINE = 3;

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
  const can = few
    ? sentence(scopes.map((scope) => scopeInfo(scope).words).join(', '))
    : counted(scopes.length, 'permission');
  return [...names.map((name) => safeText(name ?? '')), can].filter(Boolean).join(' · ');
}

/** Who was at the other end: the name, and whether it is more than a claim. */
export function peerWords({ claimed, proved }: PeerView): string {
  const name = claimed === null ? '' : safeText(claimed);
  if (proved) return name ? `${name}, proved by its key` : 'A bot you let in, proved by its key';
  return name
    ? `It called itself ${quoted(name)}; nothing proves that`
    : 'It gave no name and proved nothing';
}
