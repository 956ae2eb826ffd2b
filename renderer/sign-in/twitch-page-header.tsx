import { Button } from '@mantine/core';
import type { SignInView } from '../../shared/prompt-views.ts';
import { NotTwitchBanner } from '../components/window-banners.tsx';
import { ask } from '../state/ask.ts';
import { signInCalls } from '../state/preload-api.ts';
import { IconArrowLeft } from '../theme/icons.ts';
import { CopyLink, cancelSignIn, DeviceCode, FinishAnyway } from './sign-in-controls.tsx';
import { signInTitle, waitingBotsWords } from './sign-in-words.ts';
import css from './twitch-page-header.module.css';

/** What stays above Twitch's own page, which the main process lays over all but the window's top 132 px. */
export function TwitchPageHeader(props: { view: SignInView }) {
  const { view } = props;
  const words = view.problem || waitingBotsWords(view);
  return (
    <main className={css.header}>
      <NotTwitchBanner twitch={view.notTwitch} />
      <div className={css.line}>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconArrowLeft size={15} aria-hidden />}
          onClick={() => void ask(signInCalls()['signIn.back']({ id: view.id }))}
        >
          Back
        </Button>
        <div className={css.who}>
          <h1 className={css.title}>{signInTitle(view)}</h1>
          <p className={css.soft} role="status" title={words}>
            {words}
          </p>
        </div>
        {view.abandoned ? <FinishAnyway id={view.id} /> : null}
      </div>
      <div className={css.line}>
        {view.userCode ? <DeviceCode code={view.userCode} small /> : null}
        <span className={css.gap} />
        <CopyLink id={view.id} size="xs" />
        <Button size="xs" variant="default" onClick={() => cancelSignIn(view.id)}>
          Cancel
        </Button>
      </div>
    </main>
  );
}
