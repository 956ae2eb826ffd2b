import { type ReactNode, useId } from 'react';
import css from './choice.module.css';

/**
 * One radio button with its explanation. Only `name` is its accessible name; the rest describes it, so
 * that screen readers say the choice first.
 */
export function Choice(props: {
  group: string;
  value: string;
  name: string;
  hint?: ReactNode;
  mark?: ReactNode;
  /** On one line, for choices that need no explanation. */
  compact?: boolean;
  checked: boolean;
  onChoose: (value: string) => void;
}) {
  const id = useId();
  return (
    <label
      className={css.choice}
      data-checked={props.checked || undefined}
      data-compact={props.compact || undefined}
    >
      <input
        type="radio"
        name={props.group}
        value={props.value}
        checked={props.checked}
        aria-labelledby={`${id}n`}
        aria-describedby={props.hint ? `${id}h` : undefined}
        onChange={() => props.onChoose(props.value)}
      />
      <span className={css.words}>
        <span className={css.head}>
          <span id={`${id}n`} className={css.name}>
            {props.name}
          </span>
          {props.mark}
        </span>
        {props.hint ? (
          <span id={`${id}h`} className={css.hint}>
            {props.hint}
          </span>
        ) : null}
      </span>
    </label>
  );
}
