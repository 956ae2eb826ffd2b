import css from './brand.module.css';

/** Castkey's mark: a key whose bow is a signal going out. */
export function Mark(props: { size?: number }) {
  return (
    <svg
      viewBox="0 0 32 32"
      width={props.size ?? 28}
      height={props.size ?? 28}
      aria-hidden
      className={css.mark}
    >
      <rect width="32" height="32" rx="9" fill="currentColor" />
      <g fill="none" stroke="var(--ck-mark-ink)" strokeWidth="2.4" strokeLinecap="round">
        <circle cx="11.5" cy="16" r="4.2" />
        <path d="M15.7 16H25M21.4 16v4M25 16v3" />
        <path d="M5.9 10.4a7.9 7.9 0 0 1 11.2 0" opacity=".55" />
      </g>
    </svg>
  );
}

/** The mark beside the name, for the head of a page. */
export function Brand() {
  return (
    <span className={css.brand}>
      <Mark />
      <span className={css.name}>Castkey</span>
    </span>
  );
}
