import { describe, expect, it } from 'vitest';
import { projectFiles, readProjectFile } from './source.ts';
import { lostAnswers, whereIs } from './where-is.ts';

const files = new Set(projectFiles());
const map = readProjectFile('ARCHITECTURE.md');

/** A map of one row, read beside one file. */
function lost(answer: string): string[] {
  const text = `# Map\n\n## Where is …?\n\n| question | answer |\n|---|---|\n| it? | ${answer} |\n\n## Next\n\n| no | row |\n`;
  return lostAnswers(text, (path) => (path === 'a/b.ts' ? 'export function found() {}' : undefined));
}

describe('the table "Where is …?"', () => {
  it('answers each question with files and names that are there', () => {
    expect(whereIs(map).size).toBeGreaterThanOrEqual(30);
    expect(lostAnswers(map, (path) => (files.has(path) ? readProjectFile(path) : undefined))).toEqual([]);
  });

  it.each(['`a/b.ts`', 'in `a/b.ts` (`found`), as `castkey` says'])('is believed: %s', (answer) => {
    expect(lost(answer)).toEqual([]);
  });

  it.each([
    ['`a/c.ts` (`found`)', '"it?" names a/c.ts, which is not there'],
    ['`a/b.ts` (`found`, `gone`)', '"it?": a/b.ts holds no gone'],
    ['`a/b.ts` (`foun`)', '"it?": a/b.ts holds no foun'],
    ['nowhere', '"it?" names 0 files; one to 3 answer a question'],
    ['`a/b.ts`, `a/b.ts`, `a/b.ts`, `a/b.ts`', '"it?" names 4 files; one to 3 answer a question'],
  ])('is refused: %s', (answer, problem) => {
    expect(lost(answer)).toEqual([problem]);
  });
});
