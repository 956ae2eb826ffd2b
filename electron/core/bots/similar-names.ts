/** Bots that go by the same name: each has a key of its own, so they are different ones. */
import type { Bot } from './bot.ts';
import { looksLike, readsSame } from './confusable-names.ts';

/** Those of the bots, less `self`, whose names read as this one. */
export function similarlyNamed(name: string, bots: readonly Bot[], self: Bot | null): Bot[] {
  return bots.filter((bot) => bot !== self && readsSame(bot.name, name));
}

/** What to call a bot in a sentence: its name, and when it was let in if others look the same. */
export function botLabel(bot: Bot, bots: readonly Bot[]): string {
  if (similarlyNamed(bot.name, bots, bot).length === 0) return bot.name;
  const at = new Date(bot.pairedAt);
  const day = at.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
  const time = at.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
  return `${bot.name} (the one paired on ${day}, ${time})`;
}

/** What the approval window shows of them, and of those of which this may be called a new version. */
export function similarNameViews(
  name: string,
  bots: readonly Bot[],
  self: Bot | null,
): { pairedAt: number }[] {
  return bots
    .filter((bot) => bot !== self && looksLike(bot.name, name))
    .map(({ pairedAt }) => ({ pairedAt }));
}
