import type { ActivityView, PeerView } from '../../../shared/views.ts';
import { Disclosure } from '../../components/disclosure.tsx';
import { ScopeGroups } from '../../components/scope-groups.tsx';
import { Tag } from '../../components/tag.tsx';
import { PathText } from '../../components/untrusted-text.tsx';
import { doubtSentences } from '../../format/doubt-words.ts';
import { safeText } from '../../format/safe-text.ts';
import { momentWords, timeOfDay } from '../../format/time-words.ts';
import { IconAlertCircle, IconCheck, IconUserQuestion } from '../../theme/icons.ts';
import css from './activity.module.css';
import { isUnprovedPeer } from './activity-filter.ts';
import { addedWords, peerWords } from './activity-words.ts';

/** One thing that happened; it opens to who asked and for what. */
export function ActivityEntry(props: { entry: ActivityView }) {
  const { entry } = props;
  const unproved = isUnprovedPeer(entry);
  const Icon = unproved ? IconUserQuestion : entry.ok ? IconCheck : IconAlertCircle;
  const about = addedWords(entry);
  return (
    <li className={css.entry} data-bad={!entry.ok || undefined} data-unproved={unproved || undefined}>
      <time className={css.time} dateTime={new Date(entry.at).toISOString()}>
        {timeOfDay(entry.at)}
      </time>
      <Icon size={17} aria-hidden className={css.icon} />
      <div className={css.text}>
        <div className={css.said}>
          <p>
            {entry.ok ? null : <span className="unseen">Problem: </span>}
            {safeText(entry.text)}
          </p>
          {unproved ? <Tag tone="bad">Stranger</Tag> : null}
        </div>
        {about ? <p className={css.about}>{about}</p> : null}
      </div>
      {entry.peer || entry.scopes.length > 0 ? (
        <div className={css.more}>
          <Disclosure label={entry.peer ? 'Who asked' : 'What for'}>
            <Details entry={entry} />
          </Disclosure>
        </div>
      ) : null}
    </li>
  );
}

function Details(props: { entry: ActivityView }) {
  const { at, peer, login, scopes } = props.entry;
  return (
    <div className={css.details}>
      <dl className={css.facts}>
        <dt>When</dt>
        <dd>{momentWords(at)}</dd>
        {peer ? <Peer peer={peer} /> : null}
        {login === null ? null : (
          <>
            <dt>Account</dt>
            <dd>{login}</dd>
          </>
        )}
      </dl>
      {scopes.length > 0 ? <ScopeGroups scopes={scopes} compact /> : null}
    </div>
  );
}

function Peer(props: { peer: PeerView }) {
  const { peer } = props;
  const doubts = doubtSentences(peer.doubts);
  const numbers = [
    peer.pid === null ? '' : `pid ${peer.pid}`,
    peer.uid === null ? '' : `of the system’s user ${peer.uid}`,
  ].filter(Boolean);
  return (
    <>
      <dt>Who</dt>
      <dd>{peerWords(peer)}</dd>
      <dt>Program</dt>
      <dd>{peer.program === null ? 'the system could not tell' : <PathText path={peer.program} />}</dd>
      {peer.script === null ? null : (
        <>
          <dt>Script</dt>
          <dd>
            <PathText path={peer.script} />
          </dd>
        </>
      )}
      {doubts.length > 0 ? (
        <>
          <dt>Not certain</dt>
          <dd>{doubts.join(' ')}</dd>
        </>
      ) : null}
      {numbers.length > 0 ? (
        <>
          <dt>Process</dt>
          <dd>{numbers.join(', ')}</dd>
        </>
      ) : null}
    </>
  );
}
