import type { ApprovalView } from '../../shared/prompt-views.ts';
import { PathText, UntrustedQuote, UntrustedText } from '../components/untrusted-text.tsx';
import { IconDeviceDesktop, IconQuote } from '../theme/icons.ts';
import css from './approval.module.css';
import { interpreterWords } from './approval-words.ts';

/** Who asks: what the bot says of itself, apart from what the system says it is. */
export function PeerDetails(props: { view: ApprovalView }) {
  const { claimedName, reason, peer, remote, introduces } = props.view;
  const interpreter = interpreterWords(props.view);
  return (
    <>
      <section className={css.claim} aria-label="What the bot says">
        <div className={css.said}>
          <p className={css.kicker}>
            <IconQuote size={15} aria-hidden /> It says it is
          </p>
          <p className={css.name}>
            <UntrustedText text={claimedName} />
          </p>
        </div>
        <UntrustedQuote text={reason} className={css.reason} />
      </section>
      <section className={css.facts} aria-label="What the system says">
        <p className={css.kicker}>
          <IconDeviceDesktop size={15} aria-hidden />{' '}
          {remote ? 'The system sees only what passes it on' : 'The system says it is'}
        </p>
        <dl>
          <Fact name="Program" value={peer.program} />
          {peer.script === null ? null : <Fact name="Script" value={peer.script} />}
          {peer.parent === null ? null : <Fact name="Started by" value={peer.parent} />}
          <Fact name="Process" value={peer.pid === null ? null : `pid ${peer.pid}`} />
        </dl>
        {introduces ? (
          <p className={css.worth}>
            It asks for another program. The first one that uses the key counts as this bot.
          </p>
        ) : null}
        {interpreter ? <p className={css.worth}>{interpreter}</p> : null}
      </section>
    </>
  );
}

function Fact(props: { name: string; value: string | null }) {
  return (
    <>
      <dt>{props.name}</dt>
      <dd>
        {props.value === null ? (
          <span className={css.soft}>can’t be told</span>
        ) : (
          <PathText path={props.value} />
        )}
      </dd>
    </>
  );
}
