import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  allowedBy,
  chooseScopes,
  missingScopes,
  unionScopes,
} from '../../../../../electron/core/accounts/scope-sets.ts';
import { compareScopeSets } from '../../../../../node_modules/@twurple/auth/lib/helpers.js';

const SCOPES = [
  'chat:read',
  'chat:edit',
  'user:edit:broadcast',
  'channel:manage:broadcast',
  'channel:manage:extensions',
  'channel_editor',
  'channel_commercial',
  'channel:edit:commercial',
  'channel_read',
  'channel:read:stream_key',
  'channel_subscriptions',
  'channel:read:subscriptions',
  'user_blocks_read',
  'user:read:blocked_users',
  'user_blocks_edit',
  'user:manage:blocked_users',
  'user_follows_edit',
  'user:edit:follows',
  'user_read',
  'user:read:email',
  'user_subscriptions',
  'user:read:subscriptions',
  'constructor',
  '__proto__',
];
const scope = fc.constantFrom(...SCOPES);

function twurpleAccepts(held: string[], sets: string[][]): boolean {
  try {
    compareScopeSets(held, sets);
    return true;
  } catch {
    return false;
  }
}

describe('scope sets', () => {
  it('are satisfied exactly when Twurple’s compareScopeSets accepts them', () => {
    fc.assert(
      fc.property(
        fc.array(scope),
        fc.array(fc.array(scope, { maxLength: 4 }), { maxLength: 4 }),
        (held, sets) => {
          const missing = missingScopes(chooseScopes(sets, held), held);
          expect(missing.length === 0).toBe(twurpleAccepts(held, sets));
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('ask for at most one scope a set, and only for scopes of the sets', () => {
    fc.assert(
      fc.property(
        fc.array(scope),
        fc.array(fc.array(scope, { maxLength: 4 }), { maxLength: 5 }),
        (held, sets) => {
          const chosen = chooseScopes(sets, held);
          expect(chosen.length).toBeLessThanOrEqual(sets.length);
          expect(new Set(chosen).size).toBe(chosen.length);
          expect(chosen.every((one) => sets.some((set) => set.includes(one)))).toBe(true);
        },
      ),
    );
  });

  it('pick the scope that is held, else the first', () => {
    const sets = [['a', 'b'], ['c', 'd'], []];
    expect(chooseScopes(sets, ['b'])).toEqual(['b', 'c']);
    expect(chooseScopes(sets, [])).toEqual(['a', 'c']);
  });

  it('count an older scope as the newer ones it allows, and never the other way round', () => {
    expect(
      missingScopes(['channel:manage:broadcast', 'channel:manage:extensions'], ['user:edit:broadcast']),
    ).toEqual([]);
    expect(missingScopes(['user:edit:broadcast'], ['channel:manage:broadcast'])).toEqual([
      'user:edit:broadcast',
    ]);
    expect(allowedBy(['user_read'])).toEqual(new Set(['user_read', 'user:read:email']));
  });

  it('name a missing scope once', () => {
    expect(missingScopes(['x', 'y', 'x'], ['y'])).toEqual(['x']);
    expect(unionScopes(['a', 'b'], ['b', 'c'])).toEqual(['a', 'b', 'c']);
  });
});
