import css from './sign-in.module.css';
import { groupedCode } from './sign-in-words.ts';

/** The code to type, in groups; selecting it takes all of it, as Twitch gave it. */
export function DeviceCode(props: { code: string; small?: boolean }) {
  return (
    <span className={css.code} data-small={props.small || undefined}>
      <span className="unseen">Code </span>
      {groupedCode(props.code).map((group, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: groups have no identity but their place
        <span key={index}>{group}</span>
      ))}
    </span>
  );
}
