import { Loader } from '@mantine/core';
import { useVault } from '../../state/window-stores.ts';
import css from './onboarding.module.css';

/** How to start the bot. The window goes on by itself: an answered question brings an application or a bot. */
export function WaitForBot() {
  const socketPath = useVault((vault) => vault.socketPath);
  const unreachable = useVault((vault) => vault.socketProblem !== null);
  return (
    <>
      <ol className={css.steps}>
        <li>
          Start your bot now, as you always do. It must be one that works with Castkey; its guide says so.
        </li>
        <li>A window asks whether to let it in, and says what it could do.</li>
        <li>After your yes you sign in with Twitch. That is all.</li>
      </ol>
      <p className={css.waiting} role="status">
        {unreachable ? null : <Loader size={16} aria-hidden />}
        <span>{unreachable ? 'Bots can’t reach Castkey yet.' : 'Waiting for your bot…'}</span>
      </p>
      <p className={css.what}>
        Nothing happens? The bot must find Castkey at <code>{socketPath}</code>, which it does by itself on
        this computer.
      </p>
    </>
  );
}
