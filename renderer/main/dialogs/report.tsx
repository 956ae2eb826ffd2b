import { Button } from '@mantine/core';
import type { ReportView } from '../../../shared/views.ts';
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
