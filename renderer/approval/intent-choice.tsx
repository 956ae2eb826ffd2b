import { NEW_ACCOUNT } from '../../shared/ipc.ts';
import type { ApprovalWantView } from '../../shared/prompt-views.ts';
import { isDangerous } from '../../shared/token-reach.ts';
import { Choice } from '../components/choice.tsx';
import { UntrustedText } from '../components/untrusted-text.tsx';
import { counted, listed } from '../format/phrases.ts';
import { safeText } from '../format/safe-text.ts';
import css from './approval.module.css';
import { LATER } from './decision.ts';

/** Names of jobs stand in a frame of their own: whatever one is called, it can't speak for Castkey. */
export function JobName(props: { intent: string }) {
  return (
    <code className={css.job}>
      <UntrustedText text={props.intent} />
    </code>
  );
}

/** What the token of an account can do by now, in few words. */
function tokenWords(granted: readonly string[]): string {
  const dangerous = granted.filter(isDangerous).length;
  const all = granted.length === 0 ? 'can do nothing yet' : counted(granted.length, 'permission');
  return dangerous === 0 ? all : `${all}, ${dangerous} dangerous`;
}

const WHAT_NOW: Record<string, string> = {
  [NEW_ACCOUNT]: 'Twitch’s sign-in opens next. Whoever signs in gets the job.',
  [LATER]:
    'The bot gets nothing until you give the job to an account in Castkey, and then all that its token can do.',
};

/** Who gets a job that nobody has: one of her accounts, somebody who signs in next, or nobody for now. */
export function IntentChoice(props: {
  intent: string;
  choices: ApprovalWantView['choices'];
  otherBots: ApprovalWantView['otherBots'];
  chosen: string | undefined;
  onChoose: (intent: string, userId: string) => void;
}) {
  const { intent, choices, otherBots, chosen } = props;
  const options = [
    ...choices.map(({ userId, login, granted }) => ({
      value: userId,
      name: safeText(login),
      hint: tokenWords(granted),
    })),
    { value: NEW_ACCOUNT, name: 'Sign in a new account', hint: '' },
    { value: LATER, name: 'Decide later', hint: '' },
  ];
  return (
    <fieldset className={css.choices}>
      <legend>
        No account has the job <JobName intent={intent} /> yet. Which one shall have it?
      </legend>
      {options.map(({ value, name, hint }) => (
        <Choice
          key={value}
          compact
          group={`job-${intent}`}
          value={value}
          name={name}
          hint={hint}
          checked={chosen === value}
          onChoose={() => props.onChoose(intent, value)}
        />
      ))}
      {otherBots.length > 0 ? (
        <p className={css.later}>
          This job is allowed to {listed(otherBots.map(safeText))} already: whoever gets it is used by{' '}
          {otherBots.length === 1 ? 'that bot' : 'those bots'}, too.
        </p>
      ) : null}
      <p className={css.later} role="status">
        {(chosen !== undefined && WHAT_NOW[chosen]) || null}
      </p>
    </fieldset>
  );
}
