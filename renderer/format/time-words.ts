import { counted } from './phrases.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** "3 h 12 min", "45 s", "12 days 4 h"; `ms` of zero or less counts as "0 s". */
export function durationWords(ms: number): string {
  if (ms < MINUTE) return `${Math.max(0, Math.ceil(ms / SECOND))} s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`;
  if (ms < 2 * DAY) {
    const minutes = Math.floor((ms % HOUR) / MINUTE);
    return `${Math.floor(ms / HOUR)} h${minutes ? ` ${minutes} min` : ''}`;
  }
  const hours = Math.floor((ms % DAY) / HOUR);
  return `${counted(Math.floor(ms / DAY), 'day')}${hours ? ` ${hours} h` : ''}`;
}

/** How long a token is still good, as the dashboard says it. */
export function timeLeftWords(expiresAt: number | null, now: number): string {
  if (expiresAt === null) return 'never expires';
  return expiresAt <= now ? 'expired' : `${durationWords(expiresAt - now)} left`;
}

/** How long a token of a login that Twitch refuses may still work. */
export function refusedWords(expiresAt: number | null, now: number): string {
  if (expiresAt === null) return 'may have ended';
  return expiresAt <= now ? 'expired' : `may have ended, ${durationWords(expiresAt - now)} at most`;
}

/** How much of a token's life is left: 0 to 100 in half steps, so that a bar is not drawn anew each second. */
export function lifeLeft(obtainedAt: number, expiresAt: number | null, now: number): number {
  if (expiresAt === null) return 100;
  const part = (expiresAt - now) / Math.max(1, expiresAt - obtainedAt);
  return Math.round(Math.min(1, Math.max(0, part)) * 200) / 2;
}

/** "just now", "5 min ago", "3 h ago", then the date. */
export function agoWords(at: number, now: number): string {
  const past = now - at;
  if (past < MINUTE) return 'just now';
  if (past < HOUR) return `${Math.floor(past / MINUTE)} min ago`;
  if (past < DAY) return `${Math.floor(past / HOUR)} h ago`;
  if (past < 7 * DAY) return `${counted(Math.floor(past / DAY), 'day')} ago`;
  return dateWords(at);
}

const DATE = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
const WEEKDAY = new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long' });
const TIME = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });

/** "3 Nov 2026", in English as the rest of the window. */
export const dateWords = (at: number): string => DATE.format(at);

/** The time of day, "08:01", the same on every screen and as the main process writes it. */
export const timeOfDay = (at: number): string => TIME.format(at);

/** A moment whole: the date and the time of day. */
export const momentWords = (at: number): string => `${dateWords(at)}, ${timeOfDay(at)}`;

/** The heading of a day in a list: "Today", "Yesterday" or the date. */
export function dayWords(at: number, now: number): string {
  const day = new Date(at).toDateString();
  if (day === new Date(now).toDateString()) return 'Today';
  const before = new Date(now);
  before.setDate(before.getDate() - 1);
  return day === before.toDateString() ? 'Yesterday' : WEEKDAY.format(at);
}
