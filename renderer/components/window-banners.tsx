import type { NotTwitchView } from '../../shared/views.ts';
import { callErrorStore } from '../state/ask.ts';
import { IconFlask } from '../theme/icons.ts';
import { Banner } from './banner.tsx';
import css from './window-banners.module.css';

/** Stays on every window while this is not the real Twitch (contract, section 2). */
export function NotTwitchBanner(props: { twitch: NotTwitchView | null | undefined }) {
  if (!props.twitch) return null;
  return (
    <aside className={css.notTwitch} aria-label="Not Twitch">
      <IconFlask size={15} aria-hidden />
      <strong>Not Twitch</strong>
      <span>{props.twitch.builtIn ? 'the sandbox' : 'a stand-in'}</span>
      <code className={css.url}>{props.twitch.url}</code>
    </aside>
  );
}

/**
 * Tells of the last call that failed until dismissed. It takes its room, so that nothing lies under it; in a window
 * that asks something above all, so that no button moves under the pointer.
 */
export function CallError() {
  const text = callErrorStore((state) => state.text);
  if (!text) return null;
  return (
    <div className={css.callError}>
      <Banner
        tone="error"
        title="That did not work."
        onDismiss={() => callErrorStore.setState({ text: null })}
      >
        {text}
      </Banner>
    </div>
  );
}
