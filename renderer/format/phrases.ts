/** "1 permission", "3 permissions". */
export const counted = (n: number, one: string): string => `${n} ${one}${n === 1 ? '' : 's'}`;

/** "a", "a and b", "a, b and c". */
export const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;

/** Words as a line of their own: with a capital. */
export const sentence = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);
