import type { ApprovalView } from '../../shared/prompt-views.ts';
import { ProgramChanges } from '../components/program-changes.tsx';
import { doubtSentences } from '../format/doubt-words.ts';
import { nameWarning } from '../format/safe-text.ts';
import { IconAlertTriangle, IconServer, IconUserQuestion, type TablerIcon } from '../theme/icons.ts';
import css from './approval.module.css';
import { claimsWarning, rivalsWarning, similarNamesWarning } from './approval-words.ts';

/** What is unusual about a request, before anything else is read; nothing where all is usual. */
export function Warnings(props: { view: ApprovalView }) {
  const { again, changes, remote, similarNames, claimedName } = props.view;
  const similar = similarNamesWarning(similarNames);
  const doubts = doubtSentences(props.view.doubts);
  const rivals = rivalsWarning(props.view.sameNameWaiting);
  const odd = nameWarning(claimedName);
  const claims = claimsWarning(props.view.claims);
  return (
    <>
      {again ? (
        <Warning icon={IconAlertTriangle} name="Changed meanwhile">
          <p>Something of this has changed since you read it, so you are asked once more.</p>
        </Warning>
      ) : null}
      {props.view.otherProgram ? (
        <Warning icon={IconAlertTriangle} name="Another program">
          <p>
            Another program has taken the place of the one that connected, so it can’t be allowed. Deny, and
            start the bot again if it is yours.
          </p>
        </Warning>
      ) : null}
      {doubts.length > 0 ? (
        <Warning icon={IconAlertTriangle} name="Not certain">
          {doubts.map((doubt) => (
            <p key={doubt}>{doubt}</p>
          ))}
        </Warning>
      ) : null}
      {changes.length > 0 ? (
        <Warning icon={IconAlertTriangle} name="What has changed">
          <p>
            Its key is used by something else than you let in. If you updated or moved the bot, that is why.
            If not, deny.
          </p>
          <ProgramChanges changes={changes} />
        </Warning>
      ) : null}
      {remote ? (
        <Warning icon={IconServer} name="Another computer">
          <p>
            It comes through a program that passes on what others say, as SSH does. The bot itself is probably
            on another computer, and Castkey can’t see it.
          </p>
        </Warning>
      ) : null}
      {similar ? (
        <Warning icon={IconUserQuestion} name="The same name">
          <p>{similar}</p>
        </Warning>
      ) : null}
      {rivals ? (
        <Warning icon={IconUserQuestion} name="Two of one name">
          <p>{rivals}</p>
        </Warning>
      ) : null}
      {claims ? (
        <Warning icon={IconAlertTriangle} name="Borrowed authority">
          <p>{claims}</p>
        </Warning>
      ) : null}
      {odd ? (
        <Warning icon={IconAlertTriangle} name="An odd name">
          <p>{odd}</p>
        </Warning>
      ) : null}
    </>
  );
}

function Warning(props: { icon: TablerIcon; name: string; children: React.ReactNode }) {
  const Icon = props.icon;
  return (
    <section className={css.warning} aria-label={props.name}>
      <Icon size={17} aria-hidden />
      <div className={css.warned}>{props.children}</div>
    </section>
  );
}
