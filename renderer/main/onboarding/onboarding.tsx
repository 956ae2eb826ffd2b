import { useState } from 'react';
import { ActionButton } from '../../components/action-button.tsx';
import { Brand } from '../../components/brand.tsx';
import { ask } from '../../state/ask.ts';
import { vaultCalls } from '../../state/preload-api.ts';
import { IconFlask, IconKey, IconRobot } from '../../theme/icons.ts';
import { openDialog } from '../dialogs/open-dialog.ts';
import { LockBanner } from '../lock/lock-banner.tsx';
import { useLockedWhy } from '../lock/use-locked-why.ts';
import page from '../main-window.module.css';
import { ElectronBanner, SocketBanner } from '../status-banners.tsx';
import { Door } from './door.tsx';
import css from './onboarding.module.css';
import { OwnApplication } from './own-application.tsx';
import { WaitForBot } from './wait-for-bot.tsx';

/** The first start: her bot brings a Twitch application, she has one herself, or she looks around in the sandbox. */
export function Onboarding() {
  return (
    <main className={page.page}>
      <div className={css.wide}>
        <div className={css.story}>
          <Brand />
          <h1>Your Twitch logins, lent to bots only when you say so</h1>
          <p className={page.lead}>
            You sign in once with Twitch. Castkey keeps the login fresh, and every bot asks you before it gets
            a token.
          </p>
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
        <Doors />
      </div>
    </main>
  );
}

/** Twitch knows every bot by an application: where it comes from is the one thing to settle. */
function Doors() {
  const [open, setOpen] = useState<'bot' | 'own'>('own');
  return (
    <section className={css.doors} aria-labelledby="doors-heading">
      <h2 id="doors-heading">How would you like to begin?</h2>
      <p className={css.why}>Every bot works through a Twitch application. Where does yours come from?</p>
      <Door
        name="My bot brings it"
        hint="Nothing to enter: start your bot, and say yes."
        icon={IconRobot}
        open={open === 'bot'}
        onOpen={() => setOpen('bot')}
      >
        <WaitForBot />
      </Door>
      <Door
        name="I have my own"
        hint="You made it in Twitch’s console, or do so now."
        icon={IconKey}
        open={open === 'own'}
        onOpen={() => setOpen('own')}
      >
        <OwnApplication />
      </Door>
      <Sandbox />
    </section>
  );
}

function Sandbox() {
  return (
    <div className={css.sandbox}>
      <p>
        <strong>Look around first.</strong> The sandbox is a pretend Twitch on this computer: no account
        needed, nothing real happens.
      </p>
      <ActionButton
        variant="default"
        why={useLockedWhy()}
        leftSection={<IconFlask size={17} aria-hidden />}
        onClick={() => void ask(vaultCalls()['sandbox.use']({ on: true }))}
      >
        Use the sandbox
      </ActionButton>
    </div>
  );
}
