import { IconFlask } from '../theme/icons.ts';
import css from './not-twitch.module.css';

/** The stripe that stays on every window while this is not the real Twitch (contract, section 2). */
export function NotTwitchBanner(props: { twitch: { url: string; builtIn: boolean } | null | undefined }) {
  if (!props.twitch) return null;
  return (
    <aside className={css.stripe} aria-label="Not Twitch">
      <IconFlask size={15} aria-hidden />
      <strong>Not Twitch</strong>
      <span>{props.twitch.builtIn ? 'the sandbox' : 'a stand-in'}</span>
      <code className={css.url}>{props.twitch.url}</code>
    </aside>
  );
}
