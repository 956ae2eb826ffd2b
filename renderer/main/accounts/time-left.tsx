import { useCallback } from 'react';
import { lifeLeft, refusedWords, timeLeftWords } from '../../format/time-words.ts';
import { useClock } from '../../state/clock.ts';
import css from './time-left.module.css';

type Life = { expiresAt: number | null; obtainedAt: number; refused?: boolean };

/**
 * How long a token is still good: words that count down, and a bar that shrinks with them. For a login that
 * Twitch refuses it is no promise: the token may have ended already, so the bar is empty.
 */
export function TimeLeft(props: Life) {
  const { expiresAt, obtainedAt, refused = false } = props;
  const words = useClock(
    useCallback(
      (now: number) => (refused ? refusedWords(expiresAt, now) : timeLeftWords(expiresAt, now)),
      [expiresAt, refused],
    ),
  );
  const left = useClock(
    useCallback(
      (now: number) => (refused ? 0 : lifeLeft(obtainedAt, expiresAt, now)),
      [obtainedAt, expiresAt, refused],
    ),
  );
  return (
    <div className={css.time}>
      <span className={css.words}>{words}</span>
      <svg className={css.bar} viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden>
        <rect className={css.track} width="100" height="4" />
        <rect className={css.fill} data-low={left < 15 || undefined} width={left} height="4" />
      </svg>
    </div>
  );
}
