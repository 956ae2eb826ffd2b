import { describe, expect, it } from 'vitest';
import {
  ANY_ACTIVITY,
  matchesQuery,
  passesFilter,
  topicOfEntry,
} from '../../../../../renderer/main/activity/activity-filter.ts';
import { newestFirst } from '../../../../../renderer/main/activity/activity-words.ts';
import { activity, peer } from '../../vault-view-fixture.ts';

const NOW = Date.UTC(2026, 10, 22, 12);

describe('what passes the activity filter', () => {
  const found = (query: string) => newestFirst(activity(NOW)).filter((entry) => matchesQuery(entry, query));

  it('finds entries that have every word', () => {
    expect(found('LUNA chat:read').map((entry) => entry.kind)).toEqual(['token.served']);
    expect(found('').map((entry) => entry.id)).toEqual([100, 99, 98, 97, 96, 95]);
  });

  it('finds by what a scope means, and by the program', () => {
    expect(found('luna read chat')).toHaveLength(1);
    expect(found('bots/chat-helper/index.js')).toHaveLength(2);
  });

  it.each([
    ['token.served', { ok: true }, 'tokens'],
    ['approval', { ok: true, peer: peer({ proved: false }) }, 'bots'],
    ['approval', { ok: false, peer: peer({ proved: false }) }, 'unproved'],
    ['peer.refused', { ok: false }, 'unproved'],
    ['account.signed-in', { ok: false }, 'logins'],
    ['vault.locked', { ok: true }, 'castkey'],
    ['request.refused', { ok: false }, 'bots'],
    ['intents.changed', { ok: true }, 'logins'],
    ['unknown', { ok: true }, 'castkey'],
  ] as const)('puts %s %j among the %s', (kind, over, topic) => {
    const [entry] = activity(NOW);
    if (!entry) throw new Error('no activity');
    const odd = { ...entry, kind, peer: null, ...over };
    expect(topicOfEntry(odd)).toBe(topic);
    expect(passesFilter({ ...ANY_ACTIVITY, topic }, odd)).toBe(true);
    expect(passesFilter({ ...ANY_ACTIVITY, problems: true }, odd)).toBe(!over.ok);
  });
});
