import { NativeSelect, Switch } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import type { SettingsView } from '../../../shared/views.ts';
import { ask } from '../../state/ask.ts';
import { vaultCalls } from '../../state/preload-api.ts';
import { useLockedWhy } from '../lock/use-locked-why.ts';
import screen from '../screen.module.css';
import css from './settings.module.css';

/** Changes one setting or several; a refusal is told at the foot of the window. */
export const changeSettings = (next: Partial<SettingsView>) =>
  void ask(vaultCalls()['settings.change'](next));

/** A group of settings under a heading. */
export function Section(props: { title: string; children: ReactNode }) {
  const id = useId();
  return (
    <section className={css.section} aria-labelledby={id}>
      <h2 id={id}>{props.title}</h2>
      <div className={`${screen.card} ${css.rows}`}>{props.children}</div>
    </section>
  );
}

/** One setting: what it is, what it means, its value, and a control at the end. */
export function Setting(props: { name: string; hint: string; value?: ReactNode; children?: ReactNode }) {
  const id = useId();
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset for one button would be too much of it
    <div className={css.row} role="group" aria-labelledby={id}>
      <div className={css.words}>
        <p id={id} className={css.name}>
          {props.name}
        </p>
        <p className={css.soft}>{props.hint}</p>
        {props.value ? <p className={css.value}>{props.value}</p> : null}
      </div>
      {props.children}
    </div>
  );
}

/** A setting that is on or off; it changes at once. */
export function SwitchSetting(props: {
  name: string;
  hint: string;
  on: boolean;
  onChange: (on: boolean) => void;
}) {
  const id = useId();
  const locked = useLockedWhy();
  return (
    <label className={css.row} data-switch htmlFor={`${id}s`}>
      <span className={css.words}>
        <span id={`${id}n`} className={css.name}>
          {props.name}
        </span>
        <span id={`${id}h`} className={css.soft}>
          {props.hint}
        </span>
      </span>
      <Switch
        disabled={locked !== null}
        title={locked ?? undefined}
        id={`${id}s`}
        checked={props.on}
        aria-labelledby={`${id}n`}
        aria-describedby={`${id}h`}
        onChange={(event) => props.onChange(event.currentTarget.checked)}
      />
    </label>
  );
}

/** A setting that is one of a few; it changes at once. */
export function ChoiceSetting(props: {
  name: string;
  hint: string;
  value: string;
  choices: { value: string; label: string }[];
  onChoose: (value: string) => void;
}) {
  const id = useId();
  const locked = useLockedWhy();
  return (
    <div className={css.row}>
      <div className={css.words}>
        <label htmlFor={`${id}c`} className={css.name}>
          {props.name}
        </label>
        <p id={`${id}h`} className={css.soft}>
          {props.hint}
        </p>
      </div>
      <NativeSelect
        disabled={locked !== null}
        title={locked ?? undefined}
        id={`${id}c`}
        size="xs"
        aria-describedby={`${id}h`}
        data={props.choices}
        value={props.value}
        onChange={(event) => props.onChoose(event.currentTarget.value)}
      />
    </div>
  );
}
