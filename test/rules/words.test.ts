import { describe, expect, it } from 'vitest';
import { projectFiles, readProjectFile } from './source.ts';
import { privateWords } from './words.ts';

describe('words', () => {
  it("are the field's, none of our own", () => {
    const texts = projectFiles().filter((path) =>
      /\.(m?[jt]sx?|cjs|css|html|md|py|go|cs|sh|ya?ml)$/.test(path),
    );
    expect(texts.flatMap((path) => privateWords(path, readProjectFile(path)))).toEqual([]);
  });

  it.each([
    ['electron/core/bots/births.ts', ''],
    ['a.ts', 'const MOST_WAITING_BYTES = 1;'],
    ['a.ts', 'const timeout = { usual: 1, most: 2 };'],
    ['a.ts', "import { createIntake } from './b.ts';"],
    ['sandbox/a.ts', 'function open(): House {}'],
    ['a.md', 'Types are in `shared/wire.ts`.'],
  ])('are refused in %s: %s', (path, text) => {
    expect(privateWords(path, text)).toHaveLength(1);
  });

  it.each([
    ['a.ts', 'const frozen = Object.freeze({ max: 1, min: 2, default: 3 });'],
    ['a.md', 'At most: three. Her house is in clients/python.'],
    ['CHANGELOG.md', 'The clients were in `examples/`.'],
  ])('are allowed in %s: %s', (path, text) => {
    expect(privateWords(path, text)).toEqual([]);
  });
});
