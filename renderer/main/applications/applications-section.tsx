import { useId } from 'react';
import { applicationName } from '../../../shared/application-name.ts';
import type { ApplicationView } from '../../../shared/views.ts';
import { ActionButton } from '../../components/action-button.tsx';
import { Tag } from '../../components/tag.tsx';
import { safeText } from '../../format/safe-text.ts';
import { ask } from '../../state/ask.ts';
import { vaultCalls } from '../../state/preload-api.ts';
import { useVault } from '../../state/window-stores.ts';
import { IconAlertTriangle, IconPlus } from '../../theme/icons.ts';
import { openDialog } from '../dialogs/open-dialog.ts';
import { useLockedWhy } from '../lock/use-locked-why.ts';
import { Section, Setting } from '../settings/setting-row.tsx';
import { KIND_NAMES, named, SOURCE_WORDS } from './application-words.ts';
import css from './applications.module.css';

const HAS_DEFAULT = 'A bot that brings none gets the default.';
const NO_DEFAULT = 'There is no default: of a bot that brings none, Castkey asks which to take.';

/** The Twitch applications logins are for: hers, and those that bots brought. */
export function ApplicationsSection() {
  const applications = useVault((vault) => vault.applications);
  const locked = useLockedWhy();
  const sealed = useVault(
    ({ protection }) => protection.needsPassphrase || protection.needsKeychain !== null,
  );
  const hasDefault = applications.some(({ isDefault }) => isDefault);
  return (
    <Section title="Applications">
      <Setting
        name="Twitch applications"
        hint={
          sealed
            ? 'Sealed with your logins.'
            : `Bots act under the name of one. ${hasDefault ? HAS_DEFAULT : NO_DEFAULT}`
        }
      >
        <ActionButton
          variant="default"
          size="xs"
          why={locked}
          leftSection={<IconPlus size={15} aria-hidden />}
          onClick={() => openDialog({ kind: 'add-application' })}
        >
          Add application
        </ActionButton>
      </Setting>
      {applications.map((application) => (
        <Application key={application.clientId} application={application} />
      ))}
    </Section>
  );
}

function Application(props: { application: ApplicationView }) {
  const { application } = props;
  const { clientId, kind, source, isDefault, usable } = application;
  const id = useId();
  return (
    <article className={css.application} aria-labelledby={id}>
      <div className={css.head}>
        <h3 id={id}>{safeText(applicationName(application))}</h3>
        {isDefault ? <Tag tone="good">Default</Tag> : null}
        <Tag>{KIND_NAMES[kind]}</Tag>
        {usable ? null : (
          <Tag tone="warn" icon={IconAlertTriangle}>
            Secret can’t be opened
          </Tag>
        )}
      </div>
      <Facts clientId={clientId} source={SOURCE_WORDS[source]} />
      <Actions application={application} about={id} />
    </article>
  );
}

function Facts(props: { clientId: string; source: string }) {
  const { clientId } = props;
  const accounts = useVault((vault) => vault.accounts);
  const bots = useVault((vault) => vault.bots).filter((bot) => bot.clientId === clientId);
  const own = accounts.filter(({ logins }) => logins.some((login) => login.clientId === clientId));
  return (
    <dl className={css.facts}>
      <dt>Client ID</dt>
      <dd>
        <code>{clientId}</code>, {props.source}
      </dd>
      <dt>Logins</dt>
      <dd>
        {named(
          own.map(({ login }) => login),
          'none yet',
        )}
      </dd>
      <dt>Bots</dt>
      <dd>
        {named(
          bots.map(({ name }) => name),
          'none yet',
        )}
      </dd>
    </dl>
  );
}

function Actions(props: { application: ApplicationView; about: string }) {
  const { about } = props;
  const { clientId, kind, isDefault } = props.application;
  const locked = useLockedWhy();
  const shared = { about, size: 'xs', why: locked } as const;
  return (
    <div className={css.acts}>
      <ActionButton
        {...shared}
        variant="default"
        onClick={() => openDialog({ kind: 'rename-application', clientId })}
      >
        Rename
      </ActionButton>
      {isDefault ? null : (
        <ActionButton
          {...shared}
          variant="default"
          onClick={() => void ask(vaultCalls()['app.makeDefault']({ clientId }))}
        >
          Make default
        </ActionButton>
      )}
      {kind === 'public' ? null : (
        <ActionButton
          {...shared}
          variant="default"
          onClick={() => openDialog({ kind: 'replace-secret', clientId })}
        >
          Replace secret
        </ActionButton>
      )}
      <ActionButton
        {...shared}
        variant="subtle"
        color="red"
        className={css.remove ?? ''}
        onClick={() => openDialog({ kind: 'remove-application', clientId })}
      >
        Remove
      </ActionButton>
    </div>
  );
}
