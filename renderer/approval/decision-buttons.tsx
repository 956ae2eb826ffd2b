import { Button, Checkbox } from '@mantine/core';
import { useCallback } from 'react';
import type { ApprovalView } from '../../shared/prompt-views.ts';
import { durationWords } from '../format/time-words.ts';
import { useClock } from '../state/clock.ts';
import css from './approval.module.css';
import { timeWarning } from './approval-words.ts';
import type { PendingDecision } from './decision.ts';
import { MoreChoices, UsualChoice } from './more-choices.tsx';

/** The answers, always in sight. None of them is the default. `endings`: those that end by themselves; null where there are none. */
export function DecisionButtons(props: {
  decision: PendingDecision;
  hint: string;
  endings: Pick<ApprovalView, 'habit'> | null;
}) {
  const { dangerous, understood, understand, open, decide } = props.decision;
  return (
    <footer className={css.decision}>
      <p className={css.hint}>{props.hint}</p>
      {dangerous ? (
        <Checkbox
          size="sm"
          label="I understand"
          description="All but Allow once need this tick, because of what is dangerous here."
          checked={understood}
          onChange={(event) => understand(event.currentTarget.checked)}
        />
      ) : null}
      {props.endings === null ? null : (
        <UsualChoice open={open} decide={decide} habit={props.endings.habit} />
      )}
      <div className={css.buttons}>
        <Button variant="default" disabled={!open.deny} onClick={() => decide('deny')}>
          Deny
        </Button>
        <span className={css.gap} />
        <span className={css.split} data-more={props.endings !== null || undefined}>
          <Button variant="default" disabled={!open.once} onClick={() => decide('once')}>
            Allow once
          </Button>
          {props.endings === null ? null : <MoreChoices open={open} decide={decide} />}
        </span>
        <Button variant="default" disabled={!open.always} onClick={() => decide('always')}>
          Always allow
        </Button>
      </div>
    </footer>
  );
}

/**
 * How long there is to answer. Then the bot is told `approval-timeout`, which unlike a denial is not
 * remembered.
 */
export function TimeToAnswer(props: { expiresAt: number }) {
  const { expiresAt } = props;
  const left = useClock(useCallback((now: number) => durationWords(expiresAt - now), [expiresAt]));
  const warning = useClock(useCallback((now: number) => timeWarning(expiresAt - now), [expiresAt]));
  return (
    <>
      <p className={css.timer} role="timer" title="Without an answer it is denied.">
        Denied in {left}
      </p>
      <p className="unseen" role="status">
        {warning}
      </p>
    </>
  );
}
