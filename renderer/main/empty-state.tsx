import type { ReactNode } from 'react';
import type { TablerIcon } from '../theme/icons.ts';
import css from './empty-state.module.css';

/** A place with nothing in it yet: says why and what to do next. */
export function Empty(props: { icon: TablerIcon; title: string; children?: ReactNode; action?: ReactNode }) {
  const Icon = props.icon;
  return (
    <div className={css.empty}>
      <span className={css.mark}>
        <Icon size={26} stroke={1.6} aria-hidden />
      </span>
      <h2 className={css.title}>{props.title}</h2>
      {props.children ? <div className={css.text}>{props.children}</div> : null}
      {props.action}
    </div>
  );
}
