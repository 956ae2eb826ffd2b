import { describe, expect, it } from 'vitest';
import { bareConsole, impureCore, mathRandom } from './purity.ts';
import { parseSource, projectSources } from './source.ts';

describe('core', () => {
  it('takes everything from its deps', () => {
    expect(projectSources.flatMap(impureCore)).toEqual([]);
  });

  it.each([
    'const now = Date.now();',
    "const now = Date['now']();",
    'const now = new Date();',
    'const now = Date();',
    "await fetch('x');",
    'const go = { fetch };',
    'setTimeout(() => {}, 1);',
    'const home = process.env.HOME;',
    "console.log('x');",
    'const clock = globalThis;',
    'function take(fetch: Fetch) {} export const get = () => fetch(url);',
  ])('may not say: %s', (text) => {
    expect(impureCore(parseSource('electron/core/a.ts', text))).toHaveLength(1);
  });

  it.each([
    'const day = new Date(seconds * 1000);',
    'const { fetch } = deps; await fetch(url);',
    'function take(fetch: Fetch) { return fetch(url); }',
    'await deps.fetch(url); deps.timers.setTimeout(run, 5);',
    'interface Deps { fetch: Fetch; process(line: string): void }',
  ])('may say: %s', (text) => {
    expect(impureCore(parseSource('electron/core/a.ts', text))).toEqual([]);
  });
});

describe('Math.random', () => {
  it('is used nowhere', () => {
    expect(projectSources.flatMap(mathRandom)).toEqual([]);
  });

  it('is found', () => {
    expect(mathRandom(parseSource('renderer/a.ts', 'const id = Math.random();'))).toHaveLength(1);
  });
});

describe('console', () => {
  it('is left to tests and scripts', () => {
    expect(projectSources.flatMap(bareConsole)).toEqual([]);
  });

  it('is found where it does not belong', () => {
    expect(bareConsole(parseSource('electron/main.ts', "console.log('x')"))).toHaveLength(1);
    expect(bareConsole(parseSource('scripts/a.mjs', "console.log('x')"))).toEqual([]);
  });
});
