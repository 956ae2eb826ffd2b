import { Loader } from '@mantine/core';
import { useState } from 'react';
import type { ActivityView } from '../../../shared/views.ts';
import { ActionButton } from '../../components/action-button.tsx';
import { useVault } from '../../state/window-stores.ts';
import { IconHistory } from '../../theme/icons.ts';
import screen from '../screen.module.css';
import { EmptyState, ScreenHeader } from '../screen.tsx';
import css from './activity.module.css';
import { ActivityEntry } from './activity-entry.tsx';
import { CopySafeLog, ExportRecord, RecordNote } from './activity-export.tsx';
import { ANY_ACTIVITY } from './activity-filter.ts';
import { ActivityFilterBar } from './activity-filter-bar.tsx';
import { type ActivitySearch, PAGE_SIZE, useActivitySearch } from './activity-search.ts';
import { byDay } from './activity-words.ts';

/** Everything that happened to the logins, for looking things up. */
export function ActivityScreen() {
  const nothing = useVault((vault) => vault.activity.length === 0);
  return (
    <>
      <ScreenHeader title="Activity" sub="Who asked for what, and what came of it.">
        <CopySafeLog />
        <ExportRecord />
      </ScreenHeader>
      <RecordNote />
      {nothing ? (
        <EmptyState icon={IconHistory} title="Nothing has happened yet">
          As soon as an account signs in or a bot asks for something, you find it here.
        </EmptyState>
      ) : (
        <Record />
      )}
    </>
  );
}

function Record() {
  const [filter, setFilter] = useState(ANY_ACTIVITY);
  const [shown, setShown] = useState(PAGE_SIZE);
  const found = useActivitySearch(filter);
  const narrow = (next: typeof filter) => {
    setFilter(next);
    setShown(PAGE_SIZE);
  };
  const showMore = () => {
    if (found.entries.length <= shown + PAGE_SIZE && found.older) found.more();
    setShown(shown + PAGE_SIZE);
  };
  return (
    <>
      <ActivityFilterBar filter={filter} entries={found.entries} onChange={narrow} />
      <Outcome found={found} />
      {byDay(found.entries.slice(0, shown), Date.now()).map(({ day, entries }) => (
        <Day key={day} day={day} entries={entries} />
      ))}
      {found.entries.length > shown || (found.older && found.entries.length > 0) ? (
        <ActionButton variant="default" className={css.older ?? ''} busy={found.busy} onClick={showMore}>
          Show older ones
        </ActionButton>
      ) : null}
    </>
  );
}

/** How the search stands, for eyes and ears; nothing while there is something to see. */
function Outcome(props: { found: ActivitySearch }) {
  const { entries, busy, problem } = props.found;
  if (problem)
    return (
      <p className={css.problem} role="alert">
        The record could not be searched: {problem}
      </p>
    );
  const words =
    entries.length > 0 ? '' : busy ? 'Searching…' : 'Nothing found. Try another word, or fewer filters.';
  return (
    <p className={words ? `${css.outcome} ${screen.soft}` : 'unseen'} role="status">
      {busy && words ? <Loader size={15} aria-hidden /> : null} {words}
    </p>
  );
}

function Day(props: { day: string; entries: ActivityView[] }) {
  return (
    <section className={css.day} aria-label={props.day}>
      <h2 className={css.heading}>{props.day}</h2>
      <ol className={`${screen.card} ${css.list}`}>
        {props.entries.map((entry) => (
          <ActivityEntry key={entry.id} entry={entry} />
        ))}
      </ol>
    </section>
  );
}
