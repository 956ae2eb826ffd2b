import { describe, expect, it } from 'vitest';
import { deadPaths, knownPaths } from './doc-paths.ts';
import { projectFiles, readProjectFile } from './source.ts';

const files = projectFiles();
const known = knownPaths(files);

describe('paths in texts', () => {
  it('lead to something', () => {
    const texts = files.filter((path) => path.endsWith('.md') && path !== 'CHANGELOG.md');
    expect(texts.flatMap((path) => deadPaths(path, readProjectFile(path), known))).toEqual([]);
  });

  const made = knownPaths(['electron/core/vault.ts', 'electron/README.md', 'test/unit/core/lock.test.ts']);
  it.each([
    ['`electron/core/gone.ts`', 'electron/core/gone.ts'],
    ['`electron/gone`', 'electron/gone'],
    ['`core/gone.ts`', 'core/gone.ts'],
    ['[the map](../MAP.md#top)', '../MAP.md'],
  ])('are missed: %s', (text, path) => {
    expect(deadPaths('electron/README.md', text, made)).toEqual([
      `electron/README.md: names ${path}, which is not there`,
    ]);
  });

  it.each([
    '`electron/core/vault.ts`, `core/vault.ts`, `./core/`, `test/unit/core/lock`',
    '[core](core/vault.ts#top), [elsewhere](https://example.com/a.md), [below](#below)',
    '`dist/main/main.js`, `chat:read/write`, `Always/never`, `/oauth2/token`, `electron/NAME.ts`, `calls[0](one)`',
  ])('are found or none: %s', (text) => {
    expect(deadPaths('electron/README.md', text, made)).toEqual([]);
  });
});
