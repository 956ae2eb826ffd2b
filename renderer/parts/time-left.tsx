import { useCallback } from 'react';
import { useClock } from '../data/clock.ts';
import { lifeLeft, timeLeftWords } from '../data/time-words.ts';
import css from './time-left.module.css';

type Life = { expiresAt: number | null; obtainedAt: number };

/** How long a token is still good: words that count down, and a bar that shrinks with them. */
export function TimeLeft(props: Life) {
  const { expiresAt, obtainedAt } = props;
  const words = useClock(useCallback((now: number) => timeLeftWords(expiresAt, now), [expiresAt]));
  const left = useClock(
    useCallback((now: number) => lifeLeft(obtainedAt, expiresAt, now), [obtainedAt, expiresAt]),
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
