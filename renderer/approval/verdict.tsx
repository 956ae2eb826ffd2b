import { Button } from '@mantine/core';
import { useCallback } from 'react';
import { useClock } from '../data/clock.ts';
import { durationWords } from '../data/time-words.ts';
import css from './approval.module.css';
import type { Decision } from './decision.ts';

/** The three answers, always in sight. None of them is the default. */
export function Verdict(props: { decision: Decision }) {
  const { blocked, decide } = props.decision;
  return (
    <footer className={css.verdict}>
      <p className={css.hint}>Allow once gives one token, which works until it expires.</p>
      <div className={css.buttons}>
        <Button variant="default" disabled={blocked === 'busy'} onClick={() => decide('deny')}>
          Deny
        </Button>
        <span className={css.gap} />
        <Button variant="default" disabled={blocked !== ''} onClick={() => decide('once')}>
          Allow once
        </Button>
        <Button variant="light" disabled={blocked !== ''} onClick={() => decide('always')}>
          Always allow
        </Button>
      </div>
    </footer>
  );
}

/** How long there is to answer; after that it counts as denied. */
export function TimeToDenial(props: { expiresAt: number }) {
  const { expiresAt } = props;
  const left = useClock(useCallback((now: number) => durationWords(expiresAt - now), [expiresAt]));
  return (
    <p className={css.timer} role="timer" title="Without an answer it is denied.">
      Denied in {left}
    </p>
  );
}
