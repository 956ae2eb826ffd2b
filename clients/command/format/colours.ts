import type { Screen } from '../io.ts';

const CODES = { good: 32, care: 33, bad: 31, quiet: 2, strong: 1 } as const;

/** What a text means to its reader, rather than a colour. */
export type Tone = keyof typeof CODES;

/** Colours a text where colours are wanted, and leaves it alone elsewhere. */
export type Paint = (tone: Tone, text: string) => string;

/** SGR codes of ECMA-48, which every terminal with colours knows; the terminal's own palette is used. */
export function painter(screen: Screen | undefined): Paint {
  return screen?.colour === true
    ? (tone, text) => `\u001b[${CODES[tone]}m${text}\u001b[0m`
    : (_, text) => text;
}
