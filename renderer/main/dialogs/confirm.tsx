import { Button } from '@mantine/core';
import css from './dialogs.module.css';
import { closeDialog } from './open-dialog.ts';

/** Asks before something that can't be undone. The way back has the focus; the dialog closes with either answer. */
export function Confirm(props: { lines: string[]; yes: string; no?: string; onYes: () => Promise<unknown> }) {
  return (
    <div className={css.stack}>
      {props.lines.map((line) => (
        <p key={line}>{line}</p>
      ))}
      <div className={css.buttons}>
        <Button variant="default" data-autofocus onClick={closeDialog}>
          {props.no ?? 'Keep it'}
        </Button>
        <Button
          className={css.danger ?? ''}
          onClick={() => {
            closeDialog();
            void props.onYes();
          }}
        >
          {props.yes}
        </Button>
      </div>
    </div>
  );
}
