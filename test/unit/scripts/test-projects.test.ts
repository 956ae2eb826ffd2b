import { expect, it } from 'vitest';

// By its URL: scripts are plain JavaScript without types.
const script = new URL('../../../scripts/test/projects.mjs', import.meta.url).href;
interface Tally {
  passed: number;
  failed: number;
  broken: string[];
}
const { judgeTally } = (await import(script)) as { judgeTally(tally: unknown, run: unknown): Tally };

const GREEN = { passed: 3, failed: 0, skipped: [], broken: [], projects: ['unit', 'rules'] };
const BOTH = ['unit', 'rules'];

it.each([
  ['a good run', GREEN, BOTH, 0, [], []],
  ['no report', null, BOTH, 1, [], ['unit, rules: the test runner left no report (exit code 1)']],
  ['a crash', GREEN, BOTH, 1, [], ['unit, rules: the test runner failed (exit code 1)']],
  ['an end at the limit', GREEN, BOTH, null, [], ['unit, rules: the test runner failed (exit code null)']],
  ['a crash of a part', GREEN, BOTH, 1, ['a.test'], ['unit, rules: the test runner failed (exit code 1)']],
  ['failed tests', { ...GREEN, failed: 1 }, BOTH, 1, [], []],
  ['a broken file', { ...GREEN, broken: ['a.test.ts: x'] }, BOTH, 1, [], ['a.test.ts: x']],
  ['a project without tests', GREEN, [...BOTH, 'fuzz'], 0, [], ['fuzz: no tests were found']],
  ['a part that has none in one', GREEN, [...BOTH, 'fuzz'], 0, ['a.test'], []],
  ['a part that has none at all', GREEN, ['fuzz'], 1, ['x'], ['fuzz: no tests were found']],
])('%s is told as it is', (_what, tally, projects, code, filters, broken) => {
  const judged = judgeTally(tally, { projects, code, filters });
  expect(judged.broken).toEqual(broken);
  expect([judged.passed, judged.failed]).toEqual([tally?.passed ?? 0, tally?.failed ?? 0]);
});
