import { describe, expect, it } from 'vitest';
import { doubtsOf, peerChanged, peerView } from '../../../../../electron/core/bots/peer.ts';
import type { Peer } from '../../../../../electron/core/ports.ts';
import { ALICE } from '../../../../support/people.ts';
import { LOCAL_PEER, resultOf } from '../../../../support/test-bot.ts';
import { pairBot, vaultFixtureWithAlice } from '../../../../support/vault-fixture.ts';

/** What is known of a peer where the system tells nothing. */
const UNKNOWN: Peer = {
  ...{ pid: null, uid: null, program: null, script: null, parent: null, interpreter: false, relay: false },
  ...{ otherNamespace: false, otherFile: null, connection: null, late: false, run: null, replaceable: false },
  rewritten: false,
};

describe('what the system says of a program', () => {
  const rows: [string, Partial<Peer>, string[]][] = [
    ['that opened its connection itself', {}, []],
    ['of which nothing more is known', { otherFile: null, connection: null }, []],
    ['in a namespace of its own', { otherNamespace: true }, ['other-namespace']],
    ['that is another file than the one at its path', { otherFile: true }, ['other-file']],
    ['that may have been left its connection', { connection: 'inherited' }, ['inherited']],
    ['that has no connection any more', { connection: 'elsewhere' }, ['elsewhere']],
    ['that connected while Castkey stood still', { late: true, connection: null }, ['late']],
    ['that did so, and seems to have opened its connection itself', { late: true }, ['late']],
    ['that another one may replace unnoticed', { replaceable: true }, ['replaceable']],
    [
      'with everything against it',
      { otherNamespace: true, otherFile: true, connection: 'inherited', late: true, replaceable: true },
      ['other-namespace', 'other-file', 'inherited', 'late', 'replaceable'],
    ],
  ];
  it.each(rows)('%s', (_what, change, doubts) => {
    const peer = { ...LOCAL_PEER, ...change };
    expect(doubtsOf(peer)).toEqual(doubts);
    expect(peerView('bot', true, peer)).toMatchObject({ program: LOCAL_PEER.program, doubts });
  });
});

describe('what is at the other end now', () => {
  const rows: [string, Partial<Peer>, boolean][] = [
    ['the same', {}, false],
    ['the same, and its file was replaced', { program: '/usr/bin/node (deleted)', otherFile: true }, false],
    ['the same, and it gave itself another command line', { script: null }, false],
    ['the same, orphaned', { parent: null }, false],
    ['the same, and may have been left its connection', { connection: 'inherited' }, false],
    ['another program in the same process', { run: '4321 since half past', program: '/usr/bin/xterm' }, true],
    ['the same program, started anew in the same process', { run: '4321 since half past' }, true],
    ['another process', { pid: 4322 }, true],
    ['another user’s', { uid: 0 }, true],
    ['the same, by now in a namespace of its own', { otherNamespace: true }, true],
    ['somebody to whom it gave its connection', { connection: 'elsewhere' }, true],
    ['nobody', UNKNOWN, true],
  ];
  it.each(rows)('%s', (_who, change, changed) => {
    expect(peerChanged(LOCAL_PEER, { ...LOCAL_PEER, ...change })).toBe(changed);
  });

  it.each<[string, Partial<Peer>, boolean]>([
    ['the same', {}, false],
    ['another program', { program: '/usr/bin/xterm' }, true],
    ['another script', { script: '/x.js' }, true],
  ])('is told by its paths where the system tells no runs: %s', (_who, change, changed) => {
    const before = { ...LOCAL_PEER, run: null };
    expect(peerChanged(before, { ...before, ...change })).toBe(changed);
    // So it is where an equal run may be another one's, which the first look or the second may tell.
    const replaceable = { ...LOCAL_PEER, replaceable: true };
    expect(peerChanged(replaceable, { ...LOCAL_PEER, ...change })).toBe(changed);
    expect(peerChanged(LOCAL_PEER, { ...replaceable, ...change })).toBe(changed);
  });

  it('can’t be told where nothing is known', () => {
    expect(peerChanged(UNKNOWN, UNKNOWN)).toBe(false);
  });
});

describe('a bot that connected while Castkey stood still', () => {
  const rows: [string, Partial<Peer>, string[]][] = [
    ['and seems to have opened its connection itself is told as late', { connection: 'own' }, ['late']],
    [
      'and may have been left its connection is told with both',
      { connection: 'inherited' },
      ['inherited', 'late'],
    ],
    ['and has given its connection away is told as it was', { connection: 'elsewhere' }, ['late']],
  ];
  it.each(rows)('%s', async (_how, change, doubts) => {
    const fixture = await vaultFixtureWithAlice();
    const { keys } = await pairBot(fixture);
    const late: Peer = { ...LOCAL_PEER, late: true, connection: null };
    const bot = fixture.connect(late);
    bot.peerNow = { ...late, ...change };
    resultOf(await bot.authenticate(keys));
    resultOf(await bot.request('getAccessTokenForUser', { user: ALICE }));
    const [told] = fixture.view().activity.filter(({ kind }) => kind === 'token.served');
    expect(told?.peer).toMatchObject({ claimed: 'bot', doubts });
  });
});
