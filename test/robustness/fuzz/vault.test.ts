import { afterAll, describe, expect, it } from 'vitest';
import { playMany } from './campaign.ts';
import { playRound } from './round.ts';
import { shrink } from './shrink.ts';
import type { Step } from './step.ts';

const reached = new Set<string>();
/** What a fuzzer must have brought the vault to say, else it fuzzes nothing. */
const LANDMARKS = [
  'unauthenticated hello',
  'unauthenticated -32000 not-paired',
  'unauthenticated -32000 bad-proof',
  'unauthenticated -32000 too-large',
  'unauthenticated -32000 unsupported-protocol',
  'unauthenticated -32000 denied',
  'unauthenticated -32700 bad-request',
  'unauthenticated -32600 bad-request',
  'unauthenticated -32601 bad-request',
  'unauthenticated -32602 bad-request',
  'guest -32000 denied',
  'friend getAccessTokenForUser',
  'friend refreshAccessTokenForUser',
  'friend getAppAccessToken',
  'friend -32000 scope-missing',
  'friend -32000 consent-denied',
  'friend -32000 locked',
  'friend event',
];

describe('whatever is said to the vault', () => {
  it.each([1, 51, 101, 151])(
    'it keeps what is the streamer’s (seeds from %i)',
    { timeout: 90_000 },
    async (first) => {
      const played = await playMany('vault', first, 50);
      for (const what of played.reached) reached.add(what);
      expect(played.findings).toEqual([]);
      expect(played.messages).toBeGreaterThan(5_000);
    },
  );

  it('also through the real socket', { timeout: 90_000 }, async () => {
    const played = await playMany('socket', 1_001, 15);
    expect(played.findings).toEqual([]);
    expect(played.messages).toBeGreaterThan(1_500);
  });

  afterAll(() => expect(LANDMARKS.filter((landmark) => !reached.has(landmark))).toEqual([]));
});

describe('a round', () => {
  const lines: Step[] = [
    { do: 'say', on: 0, text: '{"jsonrpc":"2.0","id":1,"method":"status"}' },
    { do: 'wait', ms: 1_000 },
    { do: 'say', on: 1, text: '{' },
    { do: 'say', on: 0, text: '{{nonce}}', size: 70_000 },
  ];

  it('comes out the same each time', async () => {
    const [first, second] = [await playRound(lines, 7), await playRound(lines, 7)];
    expect([...first.reached]).toEqual([...second.reached]);
    expect([...first.reached].sort()).toEqual([
      'unauthenticated -32000 not-paired',
      'unauthenticated -32000 too-large',
      'unauthenticated -32700 bad-request',
    ]);
  });

  it('is cut down to the one step that matters', async () => {
    const fails = async (steps: Step[]): Promise<boolean> =>
      (await playRound(steps, 7)).reached.has('unauthenticated -32700 bad-request');
    expect(await shrink(lines, fails)).toEqual([lines[2]]);
  });
});
