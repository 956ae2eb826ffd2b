import { expect, it } from 'vitest';
import { splitChecksum, withChecksum } from '../../../../../electron/adapters/files/checksum.ts';

const VALUE = {
  n: 2,
  text: 'as it was written',
  list: ['a', { b: null }],
  '12': 'a number first',
  __proto__x: true,
};

it('gives back what it was added to, also one with names that mean something to JavaScript', () => {
  const odd = JSON.parse('{"__proto__":"a job","2":"b","1":"a","constructor":1}') as Record<string, unknown>;
  const stored: unknown = JSON.parse(JSON.stringify(withChecksum('intents', odd), undefined, '\t'));
  const { value, state } = splitChecksum('intents', stored as Record<string, unknown>);
  expect([state, JSON.stringify(value)]).toEqual(['right', JSON.stringify(odd)]);
});

it('says of a document that has none that it has none', () => {
  expect(splitChecksum('a', VALUE)).toEqual({ value: VALUE, state: 'none' });
});

it('notices that a document was written under another name', () => {
  expect(splitChecksum('b', withChecksum('a', VALUE)).state).toBe('wrong');
});

it('notices a single bit, wherever it was flipped', () => {
  const whole = Buffer.from(JSON.stringify(withChecksum('a', VALUE), undefined, '\t'));
  const states = new Set<string>();
  for (let bit = 0; bit < whole.length * 8; bit += 1) {
    const flipped = Buffer.from(whole);
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    const stored = parsed(flipped.toString());
    if (stored === null) continue;
    const { value, state } = splitChecksum('a', stored);
    states.add(state);
    if (state !== 'wrong') expect([bit, value]).toEqual([bit, VALUE]); // only between the values
  }
  expect([...states].sort()).toEqual(['right', 'wrong']);
});

function parsed(text: string): Record<string, unknown> | null {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return null; // torn: nobody takes it for a document
  }
}
