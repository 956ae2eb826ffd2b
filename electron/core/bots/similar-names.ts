/** Bots that go by the same name: each has a key of its own, so they are different ones. */
import type { Bot } from './bot.ts';

/** A bot's name is a claim: `chat-bot`, `Chat Bot` and `ｃｈａｔ＿ｂｏｔ` look the same to people. */
const foldName = (name: string): string => {
  const folded = name.normalize('NFKC').toLowerCase();
  return folded.replace(/[^\p{L}\p{N}]/gu, '') || folded;
};

/** Those of the bots, less `self`, whose names look like this one. */
export function similarlyNamed(name: string, bots: readonly Bot[], self: Bot | null): Bot[] {
  const folded = foldName(name);
  return bots.filter((bot) => bot !== self && foldName(bot.name) === folded);
}

/** What to call a bot in a sentence: its name, and when it was let in if others look the same. */
export function botLabel(bot: Bot, bots: readonly Bot[]): string {
  if (similarlyNamed(bot.name, bots, bot).length === 0) return bot.name;
  const at = new Date(bot.pairedAt);
  const day = at.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
  const time = at.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
  return `${bot.name} (the one paired on ${day}, ${time})`;
}

/** What the approval window shows of them. */
export function similarNameViews(
  name: string,
  bots: readonly Bot[],
  self: Bot | null,
): { pairedAt: number; lastSeenAt: number | null }[] {
  return similarlyNamed(name, bots, self).map(({ pairedAt, lastSeenAt }) => ({ pairedAt, lastSeenAt }));
}
