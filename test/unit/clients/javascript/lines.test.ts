import { describe, expect, it } from 'vitest';
import { lineReader } from '../../../../clients/javascript/src/lines.ts';

function read(limit: number, ...chunks: (string | Buffer)[]) {
  const lines: string[] = [];
  const take = lineReader(limit, (line) => lines.push(line));
  const problems = chunks.map((chunk) => take(Buffer.from(chunk as string)));
  return { lines, problem: problems.find((problem) => problem !== undefined) };
}

describe('lines', () => {
  it('come out whole, however they were cut', () => {
    const bytes = Buffer.from('one\nzwölf\n\n🔑\n');
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      const { lines, problem } = read(64, bytes.subarray(0, cut), bytes.subarray(cut));
      expect(lines).toEqual(['one', 'zwölf', '', '🔑']);
      expect(problem).toBeUndefined();
    }
  });

  it.each([
    ['just fits', ['1234567\n'], ['1234567'], undefined],
    ['is one byte too long', ['12345678\n'], [], 'too-long'],
    ['is too long in pieces', ['1234', '5678\n'], [], 'too-long'],
    ['is too long before its end has come', ['12345678'], [], 'too-long'],
    ['is too long after a good one', ['ok\n12345678\n'], ['ok'], 'too-long'],
  ])('one that %s', (_, chunks, lines, problem) => {
    expect(read(8, ...chunks)).toEqual({ lines, problem });
  });

  it('must be UTF-8', () => {
    expect(read(8, Buffer.from([0xff, 0x0a]))).toEqual({ lines: [], problem: 'not-utf8' });
  });
});
