import { Button } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import type { CallResult } from '../../../shared/ipc.ts';
import type { ReportView } from '../../../shared/views.ts';
import { answerOf } from '../../state/ask.ts';
import css from './dialogs.module.css';
import { closeDialog } from './open-dialog.ts';

/** Makes a call that ends in a report; while none has come, the form stays. Nothing chosen: nothing happened. */
export function useReport() {
  const [report, setReport] = useState<ReportView | null>(null);
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const run = async (call: Promise<CallResult<ReportView | null>>) => {
    setProblem('');
    setBusy(true);
    const answer = await answerOf(call);
    setBusy(false);
    if ('problem' in answer) setProblem(answer.problem);
    else setReport(answer.value ?? null);
  };
  return { report, problem, busy, run };
}

/** A form whose answer is a report: what it says, its problem, and the two ways out. */
export function ReportForm(props: {
  yes: string;
  busy: boolean;
  problem: string;
  onSubmit: () => void;
  children: ReactNode;
}) {
  const submit = (event: FormEvent) => {
    event.preventDefault();
    props.onSubmit();
  };
  return (
    <form className={css.stack} onSubmit={submit}>
      {props.children}
      {props.problem ? (
        <p className={css.problem} role="alert">
          {props.problem}
        </p>
      ) : null}
      <div className={css.buttons}>
        <Button variant="default" onClick={closeDialog}>
          Cancel
        </Button>
        <Button type="submit" loading={props.busy}>
          {props.yes}
        </Button>
      </div>
    </form>
  );
}
