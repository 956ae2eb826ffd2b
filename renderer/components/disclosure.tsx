import { type ReactNode, useId, useState } from 'react';
import { IconChevronDown } from '../theme/icons.ts';
import css from './disclosure.module.css';

/** A button that shows and hides what is below it. */
export function Disclosure(props: { label: string; children: ReactNode }) {
  const [open, setOpen] = useState(false);
  const id = useId();
  return (
    <div className={css.root}>
      <button
        type="button"
        className={css.button}
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
      >
        <IconChevronDown size={16} aria-hidden className={css.chevron} />
        {props.label}
      </button>
      <div id={id} hidden={!open} className={css.panel}>
        {open ? props.children : null}
      </div>
    </div>
  );
}
