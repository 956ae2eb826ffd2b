/** Characters (code points) of an intent's name. */
export const MAX_INTENT_LENGTH = 60;

/** One line, with nothing hidden in it and nothing that turns text. */
export const INTENT_CHARACTERS = /^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]*$/u;

/** Why a name is refused, ahead of which stands what it is a name of. */
export const INTENT_RULE = `has 1 to ${MAX_INTENT_LENGTH} characters on one line.`;

/**
 * The name of an intent as it is kept and compared, without the spaces around it; null for what is none. The same rule
 * for whoever names one: the streamer in a window, and bots in every language.
 */
export function intentName(text: unknown): string | null {
  if (typeof text !== 'string' || !INTENT_CHARACTERS.test(text)) return null;
  const name = text.trim();
  return name !== '' && [...name].length <= MAX_INTENT_LENGTH ? name : null;
}
