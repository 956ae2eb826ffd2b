import { readFileSync } from 'node:fs';

const BLOCK = /<!-- (file|run): (\S+) -->\n```\w+\n([\s\S]*?)```/g;

/** A piece of a page that can be tried: a file to be written, or commands to be typed. */
export interface Block {
  readonly kind: 'file' | 'run';
  readonly name: string;
  readonly text: string;
}

/** The pieces of a page in docs/connect that are marked to be tried, word for word. */
export function readPage(page: string): Block[] {
  const text = readFileSync(new URL(`../../../docs/connect/${page}`, import.meta.url), 'utf8');
  return [...text.matchAll(BLOCK)].map(([, kind, name = '', code = '']) => ({
    kind: kind === 'file' ? 'file' : 'run',
    name,
    text: code,
  }));
}

/** One piece by its name; a page without it fails. */
export function blockOf(page: string, name: string): string {
  const found = readPage(page).find((block) => block.name === name);
  if (found === undefined) throw new Error(`${page} has no piece named ${name}`);
  return found.text;
}

/** What a reader replaces by something of her own; each text must be there. */
export function fillIn(text: string, mine: Readonly<Record<string, string>>): string {
  return Object.entries(mine).reduce((rest, [theirs, own]) => {
    if (!rest.includes(theirs)) throw new Error(`"${theirs}" is not in the page`);
    return rest.replaceAll(theirs, own);
  }, text);
}
