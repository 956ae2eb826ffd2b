import { describe, expect, it } from 'vitest';
import { passphraseProblem } from '../../../../../renderer/main/lock/passphrase.tsx';

describe('a new passphrase', () => {
  it('wants a passphrase long enough, twice the same', () => {
    expect(passphraseProblem('short', 'short').first).not.toBe('');
    expect(passphraseProblem('long enough words', 'other').second).not.toBe('');
    expect(passphraseProblem('long enough words', 'long enough words')).toEqual({ first: '', second: '' });
  });
});
