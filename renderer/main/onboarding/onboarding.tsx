import { Button } from '@mantine/core';
import { REDIRECT_URI } from '../../../shared/twitch-app.ts';
import { ActionButton } from '../../components/action-button.tsx';
import { Brand } from '../../components/brand.tsx';
import { ask } from '../../state/ask.ts';
import { vaultCalls } from '../../state/preload-api.ts';
import { IconExternalLink, IconFlask } from '../../theme/icons.ts';
import { openDialog } from '../dialogs/open-dialog.ts';
import { LockBanner } from '../lock/lock-banner.tsx';
import { useLockedWhy } from '../lock/use-locked-why.ts';
import page from '../main-window.module.css';
import { ElectronBanner, SocketBanner } from '../status-banners.tsx';
import css from './onboarding.module.css';
import { TwitchAppForm } from './twitch-app-form.tsx';

/** The first start: which Twitch application Castkey works for, or the sandbox. */
export function Onboarding() {
  return (
    <main className={page.page}>
      <div className={css.wide}>
        <div className={css.story}>
          <Brand />
          <h1>Your Twitch logins, lent to bots only when you say so</h1>
          <p className={page.lead}>
            Castkey signs in to Twitch through an application that is yours. Creating one is free and takes
            two minutes.
          </p>
          <Steps />
          <Button
            variant="light"
            leftSection={<IconExternalLink size={16} aria-hidden />}
            onClick={() => void ask(vaultCalls()['page.open']({ page: 'twitch-console' }))}
          >
            Open Twitch’s console
          </Button>
          <p className={css.move}>
            Moving from another computer?{' '}
            <ActionButton
              variant="default"
              size="compact-sm"
              why={useLockedWhy()}
              onClick={() => openDialog({ kind: 'restore-backup' })}
            >
              Restore a backup
            </ActionButton>
          </p>
          <LockBanner />
          <SocketBanner />
          <ElectronBanner />
        </div>
        <section className={css.card} aria-labelledby="app-heading">
          <h2 id="app-heading">Your Twitch application</h2>
          <TwitchAppForm beside={<SandboxButton />} />
          <p className={css.hint}>
            Just looking? The sandbox is a pretend Twitch on this computer: no account needed, nothing real
            happens.
          </p>
        </section>
      </div>
    </main>
  );
}

function Steps() {
  return (
    <ol className={css.steps}>
      <li>
        In Twitch’s console choose <strong>Register Your Application</strong>. Any name will do.
      </li>
      <li>
        As <strong>OAuth Redirect URL</strong> enter exactly
        <code className={css.uri}>{REDIRECT_URI}</code>
      </li>
      <li>
        As client type choose <strong>Public</strong>, create it, and copy its client ID to here.
      </li>
    </ol>
  );
}

function SandboxButton() {
  return (
    <ActionButton
      variant="default"
      size="md"
      why={useLockedWhy()}
      leftSection={<IconFlask size={17} aria-hidden />}
      onClick={() => void ask(vaultCalls()['sandbox.use']({ on: true }))}
    >
      Use the sandbox
    </ActionButton>
  );
}
