import { ActionButton } from '../../components/action-button.tsx';
import { announce } from '../../state/announce.ts';
import { ask } from '../../state/ask.ts';
import { vaultCalls } from '../../state/preload-api.ts';
import { useVault } from '../../state/window-stores.ts';
import { IconCopy } from '../../theme/icons.ts';
import css from './application-form.module.css';

/** What to enter as "OAuth Redirect URL" in Twitch's console, to be copied: Twitch compares it letter by letter. */
export function RedirectUrl() {
  const url = useVault((vault) => vault.redirectUri);
  const copy = async () => {
    if (await ask(vaultCalls()['app.copyRedirectUrl']())) announce('The redirect URL is copied.');
  };
  return (
    <span className={css.url}>
      <code>{url}</code>
      <ActionButton
        variant="default"
        size="compact-sm"
        leftSection={<IconCopy size={14} aria-hidden />}
        onClick={() => void copy()}
      >
        Copy<span className="unseen"> redirect URL</span>
      </ActionButton>
    </span>
  );
}
