import { TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { IconSearch, type TablerIcon } from '../theme/icons.ts';
import css from './screen.module.css';

/** A screen's heading, one line under it, and its buttons. Navigation moves the focus to the heading. */
export function ScreenHeader(props: { title: string; sub?: string; children?: ReactNode }) {
  return (
    <header className={css.head}>
      <div>
        <h1 tabIndex={-1}>{props.title}</h1>
        {props.sub ? <p className={css.sub}>{props.sub}</p> : null}
      </div>
      {props.children ? <div className={css.actions}>{props.children}</div> : null}
    </header>
  );
}

/** In place of a list with nothing in it yet: says why and what to do next. */
export function EmptyState(props: { icon: TablerIcon; title: string; children?: ReactNode }) {
  const Icon = props.icon;
  return (
    <div className={css.empty}>
      <span className={css.emptyMark}>
        <Icon size={26} stroke={1.6} aria-hidden />
      </span>
      <h2 className={css.emptyTitle}>{props.title}</h2>
      {props.children ? <div className={css.emptyText}>{props.children}</div> : null}
    </div>
  );
}

/** The search box of a list. What is typed is the list's to keep. */
export function SearchField(props: {
  label: string;
  placeholder?: string;
  value: string;
  onChange: (value: string) => void;
}) {
  return (
    <TextInput
      className={css.search ?? ''}
      aria-label={props.label}
      placeholder={props.placeholder ?? props.label}
      leftSection={<IconSearch size={16} aria-hidden />}
      value={props.value}
      onChange={(event) => props.onChange(event.currentTarget.value)}
    />
  );
}
