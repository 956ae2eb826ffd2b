import { describe, expect, it } from 'vitest';
import { listed } from '../../../../renderer/format/phrases.ts';

describe('phrases', () => {
  it('lists names as people do', () => {
    expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map(listed)).toEqual(['', 'a', 'a and b', 'a, b and c']);
  });
});
