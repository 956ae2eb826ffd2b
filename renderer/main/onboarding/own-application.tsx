import { Button } from '@mantine/core';
import { ask } from '../../state/ask.ts';
import { vaultCalls } from '../../state/preload-api.ts';
import { IconExternalLink } from '../../theme/icons.ts';
import { ApplicationForm } from '../applications/application-form.tsx';
import { RedirectUrl } from '../applications/redirect-url.tsx';
import css from './onboarding.module.css';

/** Where a client ID comes from, and where it goes. */
export function OwnApplication() {
  return (
    <>
      <ol className={css.steps}>
        <li>
          In Twitch’s console choose <strong>Register Your Application</strong>. Twitch wants two-factor
          sign-in, and a name that nobody else has.
          <div>
            <Button
              variant="light"
              size="compact-sm"
              className={css.console}
              leftSection={<IconExternalLink size={14} aria-hidden />}
              onClick={() => void ask(vaultCalls()['page.open']({ page: 'twitch-console' }))}
            >
              Open Twitch’s console
            </Button>
          </div>
        </li>
        <li>
          As <strong>OAuth Redirect URL</strong> enter exactly
          <RedirectUrl />
        </li>
        <li>
          Choose the client type <strong>Public</strong>, press <strong>Create</strong>, then{' '}
          <strong>Manage</strong>. Copy the client ID and paste it here.
        </li>
      </ol>
      <ApplicationForm />
    </>
  );
}
