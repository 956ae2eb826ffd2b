import { useId } from 'react';
import type { ApprovalWantView } from '../../shared/views.ts';
import { Choice } from '../components/choice.tsx';
import { ScopeGroups } from '../components/scope-groups.tsx';
import { safeText } from '../format/safe-text.ts';
import css from './approval.module.css';
import { LATER } from './decision.ts';

/** One account or job the bot would like to use, and what it could then do. */
export function Want(props: {
  want: ApprovalWantView;
  chosen: string | undefined;
  onChoose: (intent: string, userId: string) => void;
}) {
  const { want } = props;
  const id = useId();
  return (
    <section className={css.want} aria-labelledby={id}>
      {want.intent !== null && !want.account ? (
        <IntentChoice
          intent={want.intent}
          choices={want.choices}
          chosen={props.chosen}
          onChoose={props.onChoose}
        />
      ) : null}
      <h2 id={id}>{wantTitle(want)}</h2>
      <ScopeGroups scopes={want.scopes} />
    </section>
  );
}

/** What a want is for, as a heading. */
export function wantTitle(want: ApprovalWantView): string {
  const { account, intent } = want;
  const whose = intent === null ? 'account' : `“${safeText(intent)}” account`;
  if (!account) return `With ${intent === null ? 'an account you add' : `your ${whose}`} it can`;
  return `With your ${whose} ${account.login} it can`;
}

function IntentChoice(props: {
  intent: string;
  choices: ApprovalWantView['choices'];
  chosen: string | undefined;
  onChoose: (intent: string, userId: string) => void;
}) {
  const { intent, choices } = props;
  if (choices.length === 0) {
    return (
      <p className={css.soft}>
        No account has this job yet. Allow it, then give the job to an account in Castkey.
      </p>
    );
  }
  return (
    <fieldset className={css.choices}>
      <legend>No account has the job “{safeText(intent)}” yet. Which one shall have it?</legend>
      {choices.map(({ userId, login }) => (
        <Choice
          key={userId}
          compact
          group={`job-${intent}`}
          value={userId}
          name={login}
          checked={props.chosen === userId}
          onChoose={(value) => props.onChoose(intent, value)}
        />
      ))}
      {choices.length > 1 ? (
        <Choice
          compact
          group={`job-${intent}`}
          value={LATER}
          name="Decide later"
          checked={props.chosen === LATER}
          onChoose={(value) => props.onChoose(intent, value)}
        />
      ) : null}
      {props.chosen === LATER ? (
        <p className={css.later} role="status">
          The bot gets nothing until you give the job to an account in Castkey.
        </p>
      ) : null}
    </fieldset>
  );
}
