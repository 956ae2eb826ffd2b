import { Button, type ButtonProps, Loader } from '@mantine/core';
import { type ReactNode, type Ref, useId } from 'react';

/**
 * A button that says what it is about and why it is shut, and keeps the focus while it works: a disabled one
 * would lose it, and the keyboard would begin at the top again.
 */
export function ActionButton(
  props: ButtonProps & {
    ref?: Ref<HTMLButtonElement>;
    type?: 'submit';
    'data-autofocus'?: boolean;
    /** ID of the element that names what it is about, where its own words don't. */
    about?: string | undefined;
    /** Why it can't be used now; shown and read out. Null: it can. */
    why?: string | null;
    /** Shown beside the pointer while it can be used, where it has no words to be seen. */
    hint?: string;
    /** It is at work: a further click does nothing. */
    busy?: boolean;
    onClick?: () => void;
    children: ReactNode;
  },
) {
  const { about, why = null, busy = false, hint, onClick, disabled, leftSection, ...rest } = props;
  const id = useId();
  const described = [about, why === null ? undefined : id].filter(Boolean).join(' ');
  return (
    <>
      <Button
        {...rest}
        disabled={disabled || why !== null}
        title={why ?? hint}
        leftSection={busy ? <Loader size={14} color="currentColor" aria-hidden /> : leftSection}
        {...(busy ? { 'aria-disabled': true, 'data-disabled': true } : {})}
        aria-describedby={described || undefined}
        onClick={(event) => {
          if (busy) event.preventDefault();
          else onClick?.();
        }}
      />
      {why === null ? null : (
        <span id={id} hidden>
          {why}
        </span>
      )}
    </>
  );
}
