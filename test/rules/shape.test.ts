import { describe, expect, it } from 'vitest';
import {
  longFunctions,
  looseTypes,
  manyParameters,
  poorName,
  tooLong,
  undocumentedExports,
  unexplainedSkips,
} from './shape.ts';
import { isCode, parseSource, projectFiles, projectSources } from './source.ts';

describe('files', () => {
  it('have at most 300 lines', () => {
    expect(projectSources.flatMap(tooLong)).toEqual([]);
    expect(tooLong(parseSource('a.ts', '\n'.repeat(301).concat('x')))).toHaveLength(1);
  });

  it('are named after what they hold', () => {
    expect(projectFiles().filter(isCode).flatMap(poorName)).toEqual([]);
  });

  it.each([
    'electron/index.ts',
    'clients/javascript/src/socket/index.ts',
    'shared/utils.ts',
    'shared/string-helpers.ts',
    'electron/core/token-manager.ts',
    'electron/core/token.service.ts',
    'renderer/AccountCard.tsx',
  ])('may not be called %s', (path) => {
    expect(poorName(path)).toHaveLength(1);
  });

  it.each([
    'clients/javascript/src/index.ts',
    'electron/core/sign-in.ts',
    'renderer/sign-in.test.tsx',
    'shared/calls.d.ts',
  ])('may be called %s', (path) => {
    expect(poorName(path)).toEqual([]);
  });
});

describe('types', () => {
  it('hold no any, and no check is silenced without a reason', () => {
    expect(projectSources.flatMap(looseTypes)).toEqual([]);
  });

  const comment = (text: string): string => ['//', text].join(' ');
  it.each([
    'const a: any = 1;',
    'function f(): Promise<any> {}',
    comment('@ts-ignore the reason'),
    comment('@ts-nocheck'),
    comment('@ts-expect-error'),
    comment('biome-ignore lint/a/b: x'),
  ])('refuses: %s', (text) => {
    expect(looseTypes(parseSource('a.ts', text))).toHaveLength(1);
  });

  it.each([
    comment('@ts-expect-error a call of the wrong type is the point'),
    comment('biome-ignore lint/a/b: it is data'),
  ])('allows: %s', (text) => {
    expect(looseTypes(parseSource('a.ts', text))).toEqual([]);
  });
});

describe('tests', () => {
  it('run, all of them, or say why not', () => {
    expect(projectSources.flatMap(unexplainedSkips)).toEqual([]);
    for (const modifier of ['only', 'skip', 'todo']) {
      expect(unexplainedSkips(parseSource('a.ts', `it.${modifier}('x')`))).toHaveLength(1);
    }
  });
});

describe('exports', () => {
  it('have a doc comment', () => {
    expect(projectSources.flatMap(undocumentedExports)).toEqual([]);
  });

  it('are told apart from documented ones', () => {
    expect(undocumentedExports(parseSource('shared/a.ts', 'export const a = 1;'))).toHaveLength(1);
    expect(undocumentedExports(parseSource('shared/a.ts', '/** One. */\nexport const a = 1;'))).toEqual([]);
    expect(undocumentedExports(parseSource('shared/a.ts', "export { a } from './b.ts';"))).toEqual([]);
  });
});

describe('functions', () => {
  it('have at most 40 lines', () => {
    expect(projectSources.flatMap(longFunctions)).toEqual([]);
    const long = `function f() {${'\n'.repeat(41)}}`;
    expect(longFunctions(parseSource('electron/a.ts', long))).toHaveLength(1);
  });
});

describe('parameters', () => {
  it('are at most four', () => {
    expect(projectSources.flatMap(manyParameters)).toEqual([]);
  });

  it.each([
    'function f(a, b, c, d, e) {}',
    'const f = (a, b, c, d, ...e) => {};',
    'class A { go(a, b, c, d, e = 1) {} }',
    'const o = { go(a, b, c, d, e) {} };',
  ])('are refused: %s', (text) => {
    expect(manyParameters(parseSource('electron/a.ts', text))).toHaveLength(1);
  });

  it.each([
    'function f({ a, b, c, d, e }, g, h, i) {}',
    'class A { constructor(a, b, c, d, e) {} }',
    'on((a, b, c, d, e) => {});',
  ])('are allowed: %s', (text) => {
    expect(manyParameters(parseSource('electron/a.ts', text))).toEqual([]);
  });
});
