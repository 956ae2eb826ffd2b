import { Button } from '@mantine/core';
import { useCallback } from 'react';
import type { ApprovalView } from '../../shared/views.ts';
import { useClock } from '../data/clock.ts';
import { durationWords } from '../data/time-words.ts';
import css from './approval.module.css';
import type { Decision } from './decision.ts';

/** The three answers, always in sight, and how long there is to give one. */
export function Verdict(props: { view: ApprovalView; decision: Decision }) {
  const { expiresAt } = props.view;
  const { blocked, decide } = props.decision;
  const left = useClock(useCallback((now: number) => durationWords(expiresAt - now), [expiresAt]));
  return (
    <footer className={css.verdict}>
      <p className={css.hint}>
        {blocked === 'choice'
          ? 'Choose an account above first.'
          : 'Allow once gives one token, which works until it expires.'}
      </p>
      <div className={css.buttons}>
        <Button variant="default" disabled={blocked === 'busy'} onClick={() => decide('deny')}>
          Deny
        </Button>
        <span className={css.gap} />
        <Button variant="default" disabled={blocked !== ''} onClick={() => decide('once')}>
          Allow once
        </Button>
        <Button disabled={blocked !== ''} onClick={() => decide('always')}>
          Always allow
        </Button>
      </div>
      <p className={css.timer} role="timer">
        Without an answer it is denied in {left}.
      </p>
    </footer>
  );
}
