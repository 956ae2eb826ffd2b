import { Button, Checkbox, NativeSelect, TextInput } from '@mantine/core';
import type { ActivityView } from '../../../shared/views.ts';
import { safeText } from '../../format/safe-text.ts';
import { useVault } from '../../state/window-stores.ts';
import { IconSearch } from '../../theme/icons.ts';
import css from './activity.module.css';
import { type ActivityFilter, ANY_ACTIVITY, TOPICS, type Topic } from './activity-filter.ts';

const choices = (names: (string | null)[], all: string) => [
  { value: '', label: all },
  ...[...new Set(names)]
    .filter((name) => name !== null)
    .sort((a, b) => a.localeCompare(b, 'en'))
    .map((name) => ({ value: name, label: safeText(name) })),
];

const TOPIC_CHOICES = [
  { value: '', label: 'Everything' },
  ...TOPICS.map(({ name, title }) => ({ value: name, label: title })),
];

/** What to look for, and in which part of the record. */
export function ActivityFilterBar(props: {
  filter: ActivityFilter;
  /** What is shown: it may name bots and accounts that are no longer here. */
  entries: ActivityView[];
  onChange: (filter: ActivityFilter) => void;
}) {
  const { filter, entries, onChange } = props;
  const bots = useVault((vault) => vault.bots);
  const accounts = useVault((vault) => vault.accounts);
  const set = (part: Partial<ActivityFilter>) => onChange({ ...filter, ...part });
  const names = [...bots.map(({ name }) => name), ...entries.map(({ bot }) => bot), filter.bot || null];
  const logins = [
    ...accounts.map(({ login }) => login),
    ...entries.map(({ login }) => login),
    filter.login || null,
  ];
  return (
    <section className={css.filters} aria-label="What to look for">
      <TextInput
        className={css.query ?? ''}
        aria-label="Search what happened"
        placeholder="Search the whole record"
        maxLength={100}
        leftSection={<IconSearch size={16} aria-hidden />}
        value={filter.query}
        onChange={(event) => set({ query: event.currentTarget.value })}
      />
      <NativeSelect
        aria-label="Bot"
        data={choices(names, 'All bots')}
        value={filter.bot}
        onChange={(event) => set({ bot: event.currentTarget.value })}
      />
      <NativeSelect
        aria-label="Account"
        data={choices(logins, 'All accounts')}
        value={filter.login}
        onChange={(event) => set({ login: event.currentTarget.value })}
      />
      <NativeSelect
        aria-label="Kind"
        data={TOPIC_CHOICES}
        value={filter.topic}
        onChange={(event) => set({ topic: event.currentTarget.value as Topic | '' })}
      />
      <Checkbox
        label="Problems only"
        checked={filter.problems}
        onChange={(event) => set({ problems: event.currentTarget.checked })}
      />
      {JSON.stringify(filter) === JSON.stringify(ANY_ACTIVITY) ? null : (
        <Button size="xs" variant="subtle" onClick={() => onChange(ANY_ACTIVITY)}>
          Show everything
        </Button>
      )}
    </section>
  );
}
