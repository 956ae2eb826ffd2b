import { Button } from '@mantine/core';
import { useState } from 'react';
import type { CallResult } from '../../../shared/ipc.ts';
import type { ReportView } from '../../../shared/views.ts';
import { answerOf } from '../../state/ask.ts';
import { IconAlertCircle, IconCheck, IconInfoCircle, IconLock, type TablerIcon } from '../../theme/icons.ts';
import css from './dialogs.module.css';
import { closeDialog } from './open-dialog.ts';

type Tone = ReportView['lines'][number]['tone'];
const TONES: Record<Tone, { icon: TablerIcon; word: string }> = {
  good: { icon: IconCheck, word: 'Done' },
  kept: { icon: IconLock, word: 'Kept' },
  bad: { icon: IconAlertCircle, word: 'Not done' },
  advice: { icon: IconInfoCircle, word: 'Please note' },
};

/** What came of something with many parts, sentence by sentence. */
export function Report(props: { report: ReportView }) {
  return (
    <div className={css.stack}>
      <ul className={css.report} aria-label="What was done">
        {props.report.lines.map(({ tone, text }) => {
          const { icon: Icon, word } = TONES[tone];
          return (
            <li key={text} data-tone={tone}>
              <Icon size={17} aria-hidden />
              <span>
                <strong>{word}:</strong> {text}
              </span>
            </li>
          );
        })}
      </ul>
      <div className={css.buttons}>
        <Button data-autofocus onClick={closeDialog}>
          Got it
        </Button>
      </div>
    </div>
  );
}

/** Makes a call that ends in a report, or in null when she chose no file: then the form stays. */
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
