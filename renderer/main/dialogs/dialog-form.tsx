import { Button } from '@mantine/core';
import type { FormEvent, ReactNode } from 'react';
import css from './dialogs.module.css';
import { closeDialog } from './open-dialog.ts';

/** The form of a dialog: its content, what is wrong with it as a whole, and the two ways out. */
export function DialogForm(props: {
  submitLabel: string;
  cancelLabel?: string;
  busy: boolean;
  /** A problem that belongs to no field; read out at once. */
  problem?: string;
  onSubmit: () => void;
  /** Closes the dialog unless told otherwise. */
  onCancel?: () => void;
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
        <Button variant="default" onClick={props.onCancel ?? closeDialog}>
          {props.cancelLabel ?? 'Cancel'}
        </Button>
        <Button type="submit" loading={props.busy}>
          {props.submitLabel}
        </Button>
      </div>
    </form>
  );
}
