import { Button } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import type { ScopeInfo } from '../../../shared/scopes.ts';
import { ActionButton } from '../../components/action-button.tsx';
import type { Tone } from '../../components/tag.tsx';
import { sentence } from '../../format/phrases.ts';
import { closeDialog } from './open-dialog.ts';
import css from './scope-list.module.css';

/** A dialog around a long list of scopes to tick: the list alone scrolls, the buttons stay in sight. */
export function ScopeListDialog(props: {
  /** The list's accessible name. */
  label: string;
  head: ReactNode;
  /** As high as what is in it, rather than always as high as there is room for. */
  short?: boolean;
  problem?: string;
  /** What is chosen so far; read out when it changes. */
  status: string;
  submit: { label: string; disabled: boolean; busy?: boolean; why?: string | null; run: () => void };
  children: ReactNode;
}) {
  const { submit } = props;
  return (
    <div className={css.dialog} data-short={props.short || undefined}>
      <div className={css.head}>{props.head}</div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling list must be reachable by keyboard */}
      <section className={css.list} aria-label={props.label} tabIndex={0}>
        {props.children}
      </section>
      {props.problem ? (
        <p className={css.problem} role="alert">
          {props.problem}
        </p>
      ) : null}
      <div className={css.foot}>
        <span className={css.status} role="status">
          {props.status}
        </span>
        <Button variant="default" onClick={closeDialog}>
          Cancel
        </Button>
        <ActionButton
          disabled={submit.disabled}
          busy={submit.busy ?? false}
          why={submit.why ?? null}
          onClick={submit.run}
        >
          {submit.label}
        </ActionButton>
      </div>
    </div>
  );
}

/** Scopes under a heading that stays in sight while they scroll. */
export function ScopeSection(props: { heading: ReactNode; why?: string; tone?: Tone; children: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <h3 id={id} className={css.heading} data-tone={props.tone}>
        {props.heading}
        {props.why ? <span className={css.why}>{props.why}</span> : null}
      </h3>
      {props.children}
    </section>
  );
}

/** One scope to tick. Its words are its accessible name; `note` describes it. */
export function ScopeOption(props: {
  info: ScopeInfo;
  checked: boolean;
  /** It can't be unticked here. */
  held?: boolean;
  note?: ReactNode;
  onToggle: () => void;
}) {
  const id = useId();
  const { info, held = false, note } = props;
  return (
    <label className={css.option} data-held={held || undefined}>
      <input
        type="checkbox"
        checked={props.checked}
        disabled={held}
        aria-labelledby={`${id}w`}
        aria-describedby={note ? `${id}d` : undefined}
        onChange={props.onToggle}
      />
      <span className={css.words}>
        <span id={`${id}w`}>{sentence(info.words)}</span>
        <code>{info.scope}</code>
      </span>
      {note ? <span id={`${id}d`}>{note}</span> : null}
    </label>
  );
}
