import { Button } from '@mantine/core';
import type { FormEvent, ReactNode } from 'react';
import { ActionButton } from '../../components/action-button.tsx';
import { useLockedWhy } from '../lock/use-locked-why.ts';
import css from './dialogs.module.css';
import { closeDialog } from './open-dialog.ts';

/** The form of a dialog: its content, what is wrong with it as a whole, and the two ways out. */
export function DialogForm(props: {
  submitLabel: string;
  cancelLabel?: string;
  busy: boolean;
  /** A locked Castkey takes it, too. */
  whileLocked?: boolean;
  /** A problem that belongs to no field; read out at once. */
  problem?: string;
  onSubmit: () => void;
  /** Closes the dialog unless told otherwise. */
  onCancel?: () => void;
  children: ReactNode;
}) {
  const locked = useLockedWhy();
  const why = props.whileLocked ? null : locked;
  const problem = why ?? props.problem;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!props.busy && why === null) props.onSubmit();
  };
  return (
    <form className={css.stack} onSubmit={submit}>
      {props.children}
      {problem ? (
        <p className={css.problem} role="alert">
          {problem}
        </p>
      ) : null}
      <div className={css.buttons}>
        <Button variant="default" onClick={props.onCancel ?? closeDialog}>
          {props.cancelLabel ?? 'Cancel'}
        </Button>
        <ActionButton type="submit" busy={props.busy} why={why}>
          {props.submitLabel}
        </ActionButton>
      </div>
    </form>
  );
}
