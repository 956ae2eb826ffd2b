import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import { scopeInfo } from '../../shared/scopes.ts';
import type { ActivityView } from '../../shared/views.ts';
import { sentence } from '../data/scope-words.ts';
import { counted, dayWords, timeOfDay } from '../data/time-words.ts';
import { useVault } from '../data/vault.ts';
import { IconAlertCircle, IconCheck, IconHistory, IconSearch } from '../look/icons.ts';
import { Disclosure } from '../parts/disclosure.tsx';
import { Empty } from '../parts/empty.tsx';
import { ScopeGroups } from '../parts/scope-groups.tsx';
import css from './activity.module.css';
import { ScreenHead } from './screen-head.tsx';
import screens from './screens.module.css';

const PAGE = 150;
/** More scopes than this fold away. */
const MOST_IN_A_LINE = 3;

const scopeWords = (scope: string): string => scopeInfo(scope).words;

/** Entries that have every word of the query somewhere, newest first. */
export function findActivity(entries: readonly ActivityView[], query: string): ActivityView[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const text = (entry: ActivityView) =>
    [entry.text, entry.kind, entry.bot, entry.login, ...entry.scopes, ...entry.scopes.map(scopeWords)]
      .join(' ')
      .toLowerCase();
  return entries
    .filter((entry) => words.every((word) => text(entry).includes(word)))
    .sort((a, b) => b.at - a.at || b.id - a.id);
}

/** Entries by day, in the order they come. */
export function byDay(
  entries: readonly ActivityView[],
  now: number,
): { day: string; entries: ActivityView[] }[] {
  const days: { day: string; entries: ActivityView[] }[] = [];
  for (const entry of entries) {
    const day = dayWords(entry.at, now);
    const last = days.at(-1);
    if (last?.day === day) last.entries.push(entry);
    else days.push({ day, entries: [entry] });
  }
  return days;
}

/** Everything that happened to the logins, for looking things up. */
export function ActivityScreen() {
  const activity = useVault((vault) => vault.activity);
  const [query, setQuery] = useState('');
  const [shown, setShown] = useState(PAGE);
  const found = findActivity(activity, query);
  return (
    <>
      <ScreenHead title="Activity" sub="Who asked for what, and what came of it." />
      {activity.length === 0 ? (
        <Empty icon={IconHistory} title="Nothing has happened yet">
          As soon as an account signs in or a bot asks for something, you find it here.
        </Empty>
      ) : (
        <TextInput
          className={screens.filter ?? ''}
          aria-label="Search what happened"
          placeholder="Bot, account, or a word"
          leftSection={<IconSearch size={16} aria-hidden />}
          value={query}
          onChange={(event) => setQuery(event.currentTarget.value)}
        />
      )}
      {byDay(found.slice(0, shown), Date.now()).map(({ day, entries }) => (
        <Day key={day} day={day} entries={entries} />
      ))}
      {activity.length > 0 && found.length === 0 ? (
        <p className={screens.soft}>Nothing found. Try another word.</p>
      ) : null}
      {found.length > shown ? (
        <Button variant="default" onClick={() => setShown(shown + PAGE)}>
          Show older ones
        </Button>
      ) : null}
    </>
  );
}

function Day(props: { day: string; entries: ActivityView[] }) {
  return (
    <section className={css.day} aria-label={props.day}>
      <h2 className={css.heading}>{props.day}</h2>
      <ol className={`${screens.card} ${css.list}`}>
        {props.entries.map((entry) => (
          <Entry key={entry.id} entry={entry} />
        ))}
      </ol>
    </section>
  );
}

function Entry(props: { entry: ActivityView }) {
  const { entry } = props;
  const Icon = entry.ok ? IconCheck : IconAlertCircle;
  return (
    <li className={css.entry} data-bad={!entry.ok || undefined}>
      <time className={css.time} dateTime={new Date(entry.at).toISOString()}>
        {timeOfDay(entry.at)}
      </time>
      <Icon size={17} aria-hidden className={css.icon} />
      <div className={css.text}>
        <p>
          {entry.ok ? null : <span className="unseen">Problem: </span>}
          {entry.text}
        </p>
        <About entry={entry} />
      </div>
    </li>
  );
}

/** What the sentence doesn't say: its bot and account if they aren't in it, and the scopes in words. */
export function addedWords({ text, bot, login, scopes }: ActivityView): string {
  const names = [bot, login].filter((name) => name !== null && !text.includes(name));
  const few = scopes.length <= MOST_IN_A_LINE ? scopes.map(scopeWords).join(', ') : '';
  return [...names, sentence(few)].filter(Boolean).join(' · ');
}

function About(props: { entry: ActivityView }) {
  const { scopes } = props.entry;
  const words = addedWords(props.entry);
  return (
    <>
      {words ? <p className={css.about}>{words}</p> : null}
      {scopes.length > MOST_IN_A_LINE ? (
        <Disclosure label={counted(scopes.length, 'permission')}>
          <ScopeGroups scopes={scopes} compact />
        </Disclosure>
      ) : null}
    </>
  );
}
