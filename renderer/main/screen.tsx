import type { ReactNode } from 'react';
import css from './screen.module.css';

/** A screen's heading, one line under it, and its buttons. */
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
