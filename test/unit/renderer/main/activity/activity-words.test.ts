import { describe, expect, it } from 'vitest';
import { addedWords, byDay, newestFirst } from '../../../../../renderer/main/activity/activity-words.ts';
import { MANY_SCOPES } from '../../account-view-fixture.ts';
import { activity } from '../../vault-view-fixture.ts';

const NOW = Date.UTC(2026, 10, 22, 12);

describe('activity in words', () => {
  it('lists an entry that came twice once, newest first', () => {
    const [first, ...rest] = activity(NOW);
    if (!first) throw new Error('no activity');
    expect(newestFirst([...rest, first, first]).map((entry) => entry.id)).toEqual([100, 99, 98, 97, 96, 95]);
  });

  it('adds to a sentence only what it does not say', () => {
    const [served, renewed] = newestFirst(activity(NOW));
    if (!served || !renewed) throw new Error('no activity');
    expect(addedWords(served)).toBe('Read chat, write in chat as you');
    expect(addedWords(renewed)).toBe('');
    expect(addedWords({ ...served, text: 'A token was lent.', scopes: MANY_SCOPES })).toBe(
      `chat-helper · luna_streams · ${MANY_SCOPES.length} permissions`,
    );
  });

  it('puts a heading over each day', () => {
    expect(
      byDay(newestFirst(activity(NOW)), NOW)
        .map(({ day }) => day)
        .slice(0, 2),
    ).toEqual(['Today', 'Yesterday']);
  });
});
