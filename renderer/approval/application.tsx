import { Button } from '@mantine/core';
import { applicationName } from '../../shared/application-name.ts';
import type { ApprovalApplicationView } from '../../shared/prompt-views.ts';
import { Choice } from '../components/choice.tsx';
import { UntrustedText } from '../components/untrusted-text.tsx';
import { safeText } from '../format/safe-text.ts';
import { ask } from '../state/ask.ts';
import { approvalCalls } from '../state/preload-api.ts';
import { IconAppWindow } from '../theme/icons.ts';
import css from './approval.module.css';
import type { PendingDecision } from './decision.ts';

type Choosing = Pick<PendingDecision, 'application' | 'chooseApplication'>;

/** Under the name of which Twitch application the bot will act; nothing where that is nothing new. */
export function Application(props: {
  id: string;
  application: ApprovalApplicationView | null;
  decision: Choosing;
}) {
  const { application } = props;
  if (application === null) return null;
  return (
    <section className={css.application} aria-label="Twitch application">
      {application.state === 'missing' ? (
        <Missing id={props.id} choices={application.choices} decision={props.decision} />
      ) : (
        <Named application={application} />
      )}
    </section>
  );
}

function Named(props: { application: ApprovalApplicationView }) {
  const { state, clientId, label } = props.application;
  return (
    <>
      <p className={css.kicker}>
        <IconAppWindow size={15} aria-hidden />
        {state === 'brought' ? 'The bot brings its own Twitch application' : 'Twitch application'}
      </p>
      <p>
        {state === 'known' && label ? (
          <>
            <UntrustedText text={label} />,{' '}
          </>
        ) : null}
        client ID <code className={css.id}>{clientId}</code>
      </p>
      {state === 'brought' ? (
        <p className={css.soft}>
          Twitch will show you its name when you sign in; it gets what you grant there. If that name says
          nothing to you, cancel there.
        </p>
      ) : null}
    </>
  );
}

function Missing(props: { id: string; choices: ApprovalApplicationView['choices']; decision: Choosing }) {
  const { choices, decision } = props;
  if (choices.length === 0) {
    return (
      <>
        <p>The bot brings no Twitch application, and Castkey has none yet. It needs one to sign you in.</p>
        <div>
          <Button size="xs" onClick={() => void ask(approvalCalls()['approval.setUp']({ id: props.id }))}>
            Set up an application
          </Button>
        </div>
      </>
    );
  }
  return (
    <fieldset className={css.choices}>
      <legend>The bot brings no Twitch application. Which one should it use?</legend>
      {choices.map((choice) => (
        <Choice
          key={choice.clientId}
          compact
          group="application"
          value={choice.clientId}
          name={safeText(applicationName(choice))}
          hint={<code className={css.id}>{choice.clientId}</code>}
          checked={decision.application === choice.clientId}
          onChoose={decision.chooseApplication}
        />
      ))}
    </fieldset>
  );
}
