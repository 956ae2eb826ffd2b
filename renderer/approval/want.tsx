import { useId } from 'react';
import { NEW_ACCOUNT } from '../../shared/ipc.ts';
import type { ApprovalWantView } from '../../shared/prompt-views.ts';
import { reachOf } from '../../shared/token-reach.ts';
import { ScopeGroups } from '../components/scope-groups.tsx';
import { Tag } from '../components/tag.tsx';
import { UntrustedText } from '../components/untrusted-text.tsx';
import { listed } from '../format/phrases.ts';
import { safeText } from '../format/safe-text.ts';
import css from './approval.module.css';
import { APP_POWERS, reachWords } from './approval-words.ts';
import { IntentChoice, JobName } from './intent-choice.tsx';

/** One account or job the bot would like to use, and all that its token can then do. */
export function Want(props: {
  want: ApprovalWantView;
  chosen: string | undefined;
  onChoose: (intent: string, userId: string) => void;
}) {
  const { want, chosen } = props;
  const id = useId();
  if (want.app) return <AppWant want={want} id={id} />;
  const reach = reachOf(want, chosen);
  const about = new Map(reach.map((one) => [one.scope, one]));
  return (
    <section className={css.want} aria-labelledby={id}>
      {want.intent !== null && !want.account ? (
        <IntentChoice
          intent={want.intent}
          choices={want.choices}
          otherBots={want.otherBots}
          chosen={chosen}
          onChoose={props.onChoose}
        />
      ) : null}
      <h2 id={id}>
        <WantTitle want={want} chosen={chosen} />
      </h2>
      {want.absentUser === null ? (
        <>
          <p className={css.soft}>{reachWords(reach)}</p>
          <ScopeGroups
            scopes={reach.map(({ scope }) => scope)}
            mark={(scope) =>
              about.get(scope)?.asked ? (
                <Tag>{askedWords(about.get(scope), want.optional.includes(scope))}</Tag>
              ) : null
            }
          />
        </>
      ) : (
        <p className={css.soft}>
          This account isn’t in Castkey, so a yes gives nothing of it. Add the account first if the bot needs
          it.
        </p>
      )}
    </section>
  );
}

/** The application's own token has no scopes: it can do what accounts have let the application do. */
function AppWant(props: { want: ApprovalWantView; id: string }) {
  const accounts = props.want.choices.map(({ login }) => safeText(login));
  return (
    <section className={css.want} aria-labelledby={props.id}>
      <h2 id={props.id}>The Twitch application’s own token can</h2>
      <ul className={css.can}>
        {APP_POWERS.map(({ words }) => (
          <li key={words}>{words}</li>
        ))}
      </ul>
      <p className={css.soft}>
        {accounts.length === 0
          ? 'No account here has allowed it to chat so far. One that grants user:bot or channel:bot later counts, too.'
          : `Here that is ${listed(accounts)}, and any account that allows it later.`}{' '}
        Such a token works for some two months, after Allow once too.
      </p>
    </section>
  );
}

const askedWords = (one: { granted: boolean } | undefined, optional: boolean): string =>
  `asked for${optional ? ', optional' : ''}${one?.granted ? '' : '; Twitch will ask you'}`;

const nobodyYet = (chosen: string | undefined): string =>
  chosen === NEW_ACCOUNT ? 'The token of whoever signs in' : 'The token of the account you choose';

function WantTitle({ want, chosen }: { want: ApprovalWantView; chosen: string | undefined }) {
  const { account, intent, absentUser, choices } = want;
  const login = account?.login ?? choices.find(({ userId }) => userId === chosen)?.login;
  if (absentUser !== null) return <>The account with the ID {absentUser}</>;
  return (
    <>
      {login === undefined ? nobodyYet(chosen) : 'The token of '}
      {login === undefined ? null : <UntrustedText text={login} />} can{login === undefined ? ' at most' : ''}
      {intent === null ? null : (
        <span className={css.forJob}>
          asked for as the job <JobName intent={intent} />
        </span>
      )}
    </>
  );
}
