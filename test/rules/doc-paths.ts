import { posix } from 'node:path';

/** Endings a path in a text may leave out: docs name tests without them. */
const ENDINGS = ['', '.test.ts', '.test.tsx'];
const CODE_PATH = /`((?:\.\.?\/)?[\w.-]+(?:\/[\w.-]+)+\/?)`/g;
const CODE_SPAN = /`[^`\n]*`/g;
const LINK = /\]\((?!\w+:|#)([^)#\s]+)(?:#[^)]*)?\)/g;
/** Made by a build or a run: whether they are there says nothing. */
const MADE = /(^|\/)(dist|artifacts|node_modules)\//;
const FILE = /\.(tsx?|mjs|cjs|css|html|md|ya?ml|py|go|cs|sh)$/;

/** All files of the project and the folders they lie in. */
export function knownPaths(files: readonly string[]): Set<string> {
  const known = new Set<string>();
  for (const file of files) {
    for (let path = file; path !== '.'; path = posix.dirname(path)) known.add(path);
  }
  return known;
}

const segmentsOf = (path: string): string[] => path.split('/').filter((part) => !/^\.*$/.test(part));

/**
 * Paths that a text of the project names though nothing lies there. A link counts from the text's own folder; a
 * path in backticks may leave out folders at its front, as long as it ends as a real one does. Counted as
 * paths are files of code or text, and whatever begins with a folder of the top. NAME stands for any name.
 */
export function deadPaths(textPath: string, text: string, known: ReadonlySet<string>): string[] {
  const isMeant = (path: string): boolean =>
    !/\bNAME\b/.test(path) && (FILE.test(path) || known.has(segmentsOf(path)[0] ?? ''));
  const isEnd = (path: string): boolean => {
    const end = segmentsOf(path).join('/');
    return ENDINGS.some((ending) => known.has(end + ending) || isEndOfOne(end + ending));
  };
  const isEndOfOne = (end: string): boolean => [...known].some((path) => path.endsWith(`/${end}`));
  const isLinked = (path: string): boolean =>
    known.has(posix.join(posix.dirname(textPath), path).replace(/\/$/, ''));
  const inCode = [...text.matchAll(CODE_PATH)].map(([, path = '']) => path).filter(isMeant);
  const linked = [...text.replaceAll(CODE_SPAN, '').matchAll(LINK)].map(([, path = '']) => path);
  return [...inCode.filter((path) => !isEnd(path)), ...linked.filter((path) => !isLinked(path))]
    .filter((path) => !MADE.test(path))
    .map((path) => `${textPath}: names ${path}, which is not there`);
}
