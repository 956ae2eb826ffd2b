/** A file that the map names, with what is to be found in it. */
export interface Named {
  readonly question: string;
  readonly path: string;
  readonly symbols: readonly string[];
}

const HEADING = '## Where is …?';
const MAX_FILES = 3;
const FILE = /`([\w./-]+\/[\w.-]+\.\w+)`(?: \((`\w+`(?:, `\w+`)*)\))?/g;

/** The rows of ARCHITECTURE.md's table "Where is …?": each question with its files. */
export function whereIs(text: string): Map<string, Named[]> {
  const section = text.split(`${HEADING}\n`)[1]?.split('\n## ')[0] ?? '';
  const rows = section.split('\n').filter((line) => /^\| (?!question \||-)/.test(line));
  return new Map(
    rows.map((row) => {
      const [, question = '', answer = ''] = row.split('|').map((cell) => cell.trim());
      const files = [...answer.matchAll(FILE)].map(([, path = '', symbols = '']) => ({
        question,
        path,
        symbols: [...symbols.matchAll(/\w+/g)].map(([symbol]) => symbol),
      }));
      return [question, files] as const;
    }),
  );
}

/** Questions without one to three files, files that aren't there, and names that their file doesn't hold. */
export function lostAnswers(text: string, read: (path: string) => string | undefined): string[] {
  return [...whereIs(text)].flatMap(([question, files]) => {
    if (files.length === 0 || files.length > MAX_FILES)
      return [`"${question}" names ${files.length} files; one to ${MAX_FILES} answer a question`];
    return files.flatMap(({ path, symbols }) => {
      const source = read(path);
      if (source === undefined) return [`"${question}" names ${path}, which is not there`];
      return symbols
        .filter((symbol) => !new RegExp(`\\b${symbol}\\b`).test(source))
        .map((symbol) => `"${question}": ${path} holds no ${symbol}`);
    });
  });
}
