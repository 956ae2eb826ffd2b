import type { ActivityView, AskerView } from '../../shared/views.ts';
import { addedWords, askerWords, isStranger } from '../data/activity-words.ts';
import { safeText } from '../data/safe-text.ts';
import { momentWords, timeOfDay } from '../data/time-words.ts';
import { IconAlertCircle, IconCheck, IconUserQuestion } from '../look/icons.ts';
import { Disclosure } from '../parts/disclosure.tsx';
import { PathText } from '../parts/foreign-text.tsx';
import { ScopeGroups } from '../parts/scope-groups.tsx';
import { Tag } from '../parts/tag.tsx';
import css from './activity.module.css';

/** One thing that happened; it opens to who asked and for what. */
export function ActivityEntry(props: { entry: ActivityView }) {
  const { entry } = props;
  const stranger = isStranger(entry);
  const Icon = stranger ? IconUserQuestion : entry.ok ? IconCheck : IconAlertCircle;
  const about = addedWords(entry);
  return (
    <li className={css.entry} data-bad={!entry.ok || undefined} data-stranger={stranger || undefined}>
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
          {stranger ? <Tag tone="bad">Stranger</Tag> : null}
        </div>
        {about ? <p className={css.about}>{about}</p> : null}
      </div>
      {entry.asker || entry.scopes.length > 0 ? (
        <div className={css.more}>
          <Disclosure label={entry.asker ? 'Who asked' : 'What for'}>
            <Details entry={entry} />
          </Disclosure>
        </div>
      ) : null}
    </li>
  );
}

function Details(props: { entry: ActivityView }) {
  const { at, asker, login, scopes } = props.entry;
  return (
    <div className={css.details}>
      <dl className={css.facts}>
        <dt>When</dt>
        <dd>{momentWords(at)}</dd>
        {asker ? <Asker asker={asker} /> : null}
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

function Asker(props: { asker: AskerView }) {
  const { asker } = props;
  const numbers = [
    asker.pid === null ? '' : `pid ${asker.pid}`,
    asker.uid === null ? '' : `of the system’s user ${asker.uid}`,
  ].filter(Boolean);
  return (
    <>
      <dt>Who</dt>
      <dd>{askerWords(asker)}</dd>
      <dt>Program</dt>
      <dd>{asker.program === null ? 'the system could not tell' : <PathText path={asker.program} />}</dd>
      {asker.script === null ? null : (
        <>
          <dt>Script</dt>
          <dd>
            <PathText path={asker.script} />
          </dd>
        </>
      )}
      {numbers.length > 0 ? (
        <>
          <dt>Process</dt>
          <dd>{numbers.join(', ')}</dd>
        </>
      ) : null}
    </>
  );
}
