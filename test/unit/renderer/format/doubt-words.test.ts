import { expect, it } from 'vitest';
import { doubtSentences } from '../../../../renderer/format/doubt-words.ts';
import type { PeerDoubt } from '../../../../shared/views.ts';

const ALL = {
  'other-namespace': /container or sandbox/,
  'other-file': /isn’t the one that runs/,
  inherited: /started this one/,
  elsewhere: /another program speaks/,
  late: /couldn’t look in time/,
  replaceable: /may not notice/,
} as const satisfies Record<PeerDoubt, RegExp>;

it.each(Object.entries(ALL))('%s has a sentence', (doubt, sentence) => {
  expect(doubtSentences([doubt as PeerDoubt])).toEqual([expect.stringMatching(sentence)]);
});

it('tells the worst first, and nothing where there is no doubt', () => {
  expect(doubtSentences(['late', 'elsewhere'])[0]).toMatch(ALL.elsewhere);
  expect(doubtSentences([])).toEqual([]);
});
