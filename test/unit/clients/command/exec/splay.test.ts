import { describe, expect, it } from 'vitest';
import { createSplay } from '../../../../../clients/command/exec/splay.ts';
import type { UserState, WireEventBody } from '../../../../../shared/protocol.ts';
import { fakeHost } from '../../../../support/client-fixture.ts';
import { token } from '../../../../support/scripted-vault-fixture.ts';

const SECOND = 1_000;
const first = token();
const newer = token({ accessToken: 'token-2', version: 2 });
const user: UserState = {
  ...{ userId: '1', login: 'ann', scope: [], intents: [] },
  ...{ expiresAt: null, state: 'ok', version: 2 },
};
const changed: WireEventBody & { type: 'token.changed' } = {
  ...{ type: 'token.changed', userId: '1', scope: [], expiresAt: null, version: 2, reason: 'refreshed' },
};
/** What a vault that gives turns says; without a turn there is no time. */
const turn = (splayMs?: number): WireEventBody => ({
  ...changed,
  user,
  ...(splayMs === undefined ? {} : { splayMs }),
});

/** A program that runs with `first`; its restarts, each with the second in which it came. */
function openFixture(windowMs = 20 * SECOND, running = first) {
  const host = fakeHost('/');
  const begun = host.now();
  const restarts: [string, number][] = [];
  const waits: number[] = [];
  const splay = createSplay({
    ...{ io: { host }, windowMs, first: running },
    restart: ({ accessToken }) => restarts.push([accessToken, (host.now() - begun) / SECOND]),
    onWait: (seconds) => waits.push(seconds),
  });
  const pass = (seconds: number): void => {
    for (let second = 0; second < seconds; second += 1) host.advance(SECOND);
  };
  return { host, splay, restarts, waits, pass };
}

describe('a restart for a new token', () => {
  it.each<[string, number, WireEventBody[], number]>([
    ['comes when it is its turn', 20, [turn(6 * SECOND)], 6],
    ['comes at once when it is the first', 20, [turn(0)], 0],
    ['has as much time as was asked for', 60, [turn(6 * SECOND)], 18],
    ['comes at once with no time at all', 0, [turn(6 * SECOND)], 0],
    ['comes at once when the token before is over', 20, [turn()], 0],
    ['comes by chance where an older vault gives no turns', 20, [changed], 10],
    ['comes by chance where nobody told of it', 20, [], 10],
    [
      'comes at once after a login that was lost',
      20,
      [{ type: 'token.invalidated', userId: '1', reason: '' }],
      0,
    ],
    [
      'does not mind what becomes of other accounts',
      20,
      [turn(6 * SECOND), { type: 'token.invalidated', userId: '2', reason: '' }, { ...changed, userId: '2' }],
      6,
    ],
  ])('%s', (_, windowSeconds, events, second) => {
    const { splay, restarts, waits, pass } = openFixture(windowSeconds * SECOND);
    for (const event of events) splay.hear(event);
    splay.put(newer);
    pass(60);
    expect(restarts).toEqual([['token-2', second]]);
    expect(waits).toEqual(second === 0 ? [] : [second]);
  });

  it('that waits comes at once when the token in use turns out to be over', () => {
    const { splay, restarts, pass } = openFixture();
    splay.hear(turn(10 * SECOND));
    splay.put(newer);
    pass(2);
    splay.hear(turn());
    pass(60);
    expect(restarts).toEqual([['token-2', 2]]);
  });

  it('that waits is made with the newest token, once', () => {
    const { splay, restarts, pass } = openFixture();
    splay.hear(turn(10 * SECOND));
    splay.put(newer);
    pass(2);
    splay.hear(turn(4 * SECOND));
    splay.put(token({ accessToken: 'token-3', version: 3 }));
    pass(60);
    expect(restarts).toEqual([['token-3', 6]]);
  });

  it('waits for no longer than the token in use lives', () => {
    const { splay, restarts, pass } = openFixture(20 * SECOND, token({ expiresIn: 3 }));
    splay.hear(turn(10 * SECOND));
    splay.put(newer);
    pass(60);
    expect(restarts).toEqual([['token-2', 3]]);
  });

  it('is forgotten at the end', () => {
    const { host, splay, restarts, pass } = openFixture();
    splay.put(newer);
    splay.stop();
    pass(60);
    expect([restarts, host.timers()]).toEqual([[], []]);
  });

  it('is spread by the vault: ten of ten turns in ten seconds', () => {
    const seconds = Array.from({ length: 10 }, (_, at) => {
      const { splay, restarts, pass } = openFixture();
      splay.hear(turn(at * 2 * SECOND));
      splay.put(newer);
      pass(30);
      return restarts[0]?.[1];
    });
    expect(new Set(seconds).size).toBe(10);
  });
});
