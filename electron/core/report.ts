import type { ReportView } from '../../shared/views.ts';

/** One sentence of a report. */
export type ReportLine = ReportView['lines'][number];

/** Something that was done. */
export const good = (text: string): ReportLine => ({ tone: 'good', text });
/** Something that was left as it was, on purpose. */
export const kept = (text: string): ReportLine => ({ tone: 'kept', text });
/** Something that could not be done. */
export const bad = (text: string): ReportLine => ({ tone: 'bad', text });
/** Something to do now, or to know. */
export const advice = (text: string): ReportLine => ({ tone: 'advice', text });

/** E.g. `2 accounts (alice, bob)`, `no bots`. */
export function named(what: string, names: readonly string[]): string {
  if (names.length === 0) return `no ${what}s`;
  return `${names.length} ${what}${names.length === 1 ? '' : 's'} (${names.join(', ')})`;
}
