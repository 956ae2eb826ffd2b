import css from './avatar.module.css';

/** The first letter of a name, so that rows can be told apart at a glance; decoration only. */
export function Avatar(props: { name: string; small?: boolean }) {
  return (
    <span className={css.avatar} data-small={props.small || undefined} aria-hidden>
      {[...props.name][0]?.toUpperCase() ?? '?'}
    </span>
  );
}
