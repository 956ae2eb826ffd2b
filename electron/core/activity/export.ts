/** The record as a file: a table that spreadsheets open, or JSON Lines for programs. */
import { type Entry, lineOf } from './entry.ts';

/** JSON Lines when the name says so, else CSV; the newest entry comes first. */
export function exportText(name: string, entries: readonly Entry[]): string {
  if (/\.(?:jsonl|ndjson|json)$/i.test(name))
    return entries.map((entry) => `${JSON.stringify({ ...lineOf(entry), at: time(entry) })}\n`).join('');
  const rows = [HEAD, ...entries.map(rowOf)].map((cells) => `${cells.map(cell).join(',')}\r\n`);
  return `\uFEFF${rows.join('')}`; // without the mark Excel takes it for a local code page
}

const HEAD = [
  ...['number', 'time (UTC)', 'kind', 'what', 'allowed', 'times', 'bot', 'account', 'scopes'],
  ...['name it gave', 'proved', 'process', 'user', 'program', 'script', 'not certain'],
];

function rowOf(entry: Entry): string[] {
  const { id, kind, text, ok, times, bot, login, scopes, peer } = entry;
  const { claimed, proved, pid, uid, program, script, doubts } = peer ?? {};
  const own = [id, time(entry), kind, text, ok ? 'yes' : 'no', times, bot, login, scopes.join(' ')];
  const theirs = [claimed, peer && (proved ? 'yes' : 'no'), pid, uid, program, script, doubts?.join(' ')];
  return [...own, ...theirs].map((value) => String(value ?? ''));
}

const time = ({ at }: Entry): string => new Date(at).toISOString();

/**
 * A bot chooses its name, and spreadsheets run a cell that begins like a formula. An apostrophe in front
 * keeps it a text (OWASP, CSV Injection).
 */
function cell(text: string): string {
  const safe = /^\s*[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text;
  return /[",\r\n;\t']/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
