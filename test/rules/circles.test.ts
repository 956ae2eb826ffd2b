import { describe, expect, it } from 'vitest';
import { importCircles } from './circles.ts';
import { parseSource, projectSources } from './source.ts';

const circles = (files: Record<string, string>): string[] =>
  importCircles(Object.entries(files).map(([path, text]) => parseSource(path, text)));

describe('imports', () => {
  it('form no circles, types included', () => {
    expect(importCircles(projectSources)).toEqual([]);
  });

  it.each<[string, Record<string, string>, string]>([
    [
      'two files',
      { 'a/x.ts': "import { y } from './y.ts';", 'a/y.ts': "import { x } from './x.ts';" },
      'a/x.ts → a/y.ts → a/x.ts',
    ],
    [
      'types alone',
      { 'a/x.ts': "import type { Y } from '../b/y.ts';", 'b/y.ts': "import type { X } from '../a/x.ts';" },
      'a/x.ts → b/y.ts → a/x.ts',
    ],
    [
      'a type written in place, and a re-export',
      { 'x.ts': "export type Y = import('./y.ts').Y;", 'y.ts': "export * from './x.ts';" },
      'x.ts → y.ts → x.ts',
    ],
    [
      'three files',
      {
        'c.ts': "import './a.ts';",
        'b.ts': "import './c.ts';",
        'a.ts': "import './b.ts'; import './d.ts';",
        'd.ts': '',
      },
      'a.ts → b.ts → c.ts → a.ts',
    ],
    ['a file that imports itself', { 'a.ts': "import './a.ts';" }, 'a.ts → a.ts'],
  ])('are told once where they form one: %s', (_what, files, circle) => {
    expect(circles(files)).toEqual([circle]);
  });

  it('are each told of where circles share a file', () => {
    const files = {
      'a.ts': "import './b.ts'; import './c.ts';",
      'b.ts': "import './a.ts';",
      'c.ts': "import './a.ts';",
    };
    expect(circles(files)).toEqual(['a.ts → b.ts → a.ts', 'a.ts → c.ts → a.ts']);
  });

  it('may meet in one file, and name what is no file of the project', () => {
    const files = {
      'a.ts': "import './b.ts'; import './c.ts';",
      'b.ts': "import './d.ts'; import zod from 'zod';",
      'c.ts': "import './d.ts'; import './page.css';",
      'd.ts': '',
    };
    expect(circles(files)).toEqual([]);
  });
});
