import { describe, expect, it } from 'vitest';
import {
  type AccessToken,
  aboutToBeSent,
  afterTrouble,
  assumedUse,
  mayBeUsed,
  nextUse,
  planSending,
  type RefreshTokenUse,
  UNUSED,
} from '../../../../../electron/core/accounts/refresh-token-use.ts';

type Sent = RefreshTokenUse['sent'];
type Copies = RefreshTokenUse['copies'];
const use = (sent: Sent, copies: Copies): RefreshTokenUse => ({ ...UNUSED, sent, copies });

/** Sent so far, copies, and what is done when the access token holds, ended early, or is over. */
const ROWS: [Sent, Copies, ...ReturnType<typeof planSending>[]][] = [
  ['never', 'none', 'send', 'send', 'send'],
  ['never', 'earlier', 'send', 'send', 'send'],
  ['never', 'elsewhere', 'send', 'used', 'untold'],
  ['never', 'restored', 'send', 'used', 'untold'],
  ['failed', 'none', 'send', 'used', 'send'],
  ['failed', 'earlier', 'send', 'used', 'untold'],
  ['failed', 'elsewhere', 'send', 'used', 'untold'],
  ['lost', 'none', 'send', 'lost', 'send'],
  ['lost', 'earlier', 'send', 'lost', 'untold'],
  ['lost', 'elsewhere', 'send', 'lost', 'untold'],
  ['lost-twice', 'none', 'send', 'lost', 'untold'],
  ['lost-twice', 'earlier', 'send', 'lost', 'untold'],
  ['refused', 'none', 'send', 'used', 'refused'],
  ['refused', 'earlier', 'send', 'used', 'refused'],
  ['refused', 'restored', 'send', 'used', 'refused'],
];
const WORDS: AccessToken[] = ['good', 'ended', 'over'];

describe('a refresh token of a public application', () => {
  it.each(ROWS)('%s sent, copies: %s', (sent, copies, ...plans) => {
    expect(WORDS.map((access) => planSending(use(sent, copies), access))).toEqual(plans);
  });

  it('is asked about unless nobody has sent it and nobody else has it; a confidential one’s never', () => {
    for (const [sent, copies] of ROWS) {
      const isFresh = sent === 'never' && (copies === 'none' || copies === 'earlier');
      expect(mayBeUsed('public', use(sent, copies))).toBe(!isFresh);
      expect(mayBeUsed('confidential', use(sent, copies))).toBe(false);
    }
  });

  it.each<[Sent, AccessToken | null, Sent]>([
    ['never', null, 'lost'],
    ['failed', 'over', 'lost'],
    ['lost', 'good', 'lost'],
    ['lost', 'over', 'lost-twice'],
    ['lost', null, 'lost-twice'], // she tried it anyway
    ['lost-twice', 'good', 'lost'],
    ['refused', 'good', 'lost'],
  ])('%s and its access token %s counts as %s while it is on its way', (sent, access, then) => {
    expect(aboutToBeSent(use(sent, 'earlier'), access)).toMatchObject({ sent: then, copies: 'earlier' });
  });

  it.each<[Sent, 'unsent' | 'failed' | 'lost' | 'refused', Sent]>([
    ['never', 'unsent', 'never'],
    ['never', 'failed', 'failed'],
    ['never', 'lost', 'lost'],
    ['never', 'refused', 'refused'],
    ['failed', 'unsent', 'failed'],
    ['lost', 'unsent', 'lost'],
    ['lost', 'failed', 'lost'],
    ['lost', 'lost', 'lost-twice'],
    ['refused', 'failed', 'refused'],
  ])('%s, then %s, is %s', (before, outcome, then) => {
    const standing = use(before, 'none');
    expect(afterTrouble(standing, aboutToBeSent(standing, 'over'), outcome).sent).toBe(then);
  });

  it('is succeeded by one that nobody has sent, and that only backups of earlier ones make suspicious', () => {
    const parked: RefreshTokenUse = { sent: 'lost', copies: 'restored', parked: 'lost', endedEarly: true };
    expect(nextUse(parked)).toEqual({ ...UNUSED, copies: 'earlier' });
    expect(nextUse({ ...parked, copies: 'none' })).toEqual(UNUSED);
    expect(nextUse(undefined)).toEqual(UNUSED);
  });

  it('of a record that says nothing of it was refused if its login was', () => {
    expect([assumedUse('ok').sent, assumedUse('needs-sign-in').sent]).toEqual(['never', 'refused']);
  });
});
