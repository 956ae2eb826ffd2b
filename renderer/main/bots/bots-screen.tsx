import { Button } from '@mantine/core';
import { useState } from 'react';
import type { BotView } from '../../../shared/views.ts';
import { Disclosure } from '../../components/disclosure.tsx';
import { useVault } from '../../state/window-stores.ts';
import { IconRobot } from '../../theme/icons.ts';
import screen from '../screen.module.css';
import { EmptyState, ScreenHeader, SearchField } from '../screen.tsx';
import { BotCard } from './bot-card.tsx';
import { botsInOrder, findBots, hasChanged, isIdle } from './bot-words.ts';
import css from './bots.module.css';
import { HowToConnect } from './how-to-connect.tsx';

/** More bots than this are folded, and can be searched. */
const MAX_UNFOLDED = 3;

const FILTERS = {
  all: { name: 'All', fits: () => true },
  connected: { name: 'Connected', fits: (bot: BotView) => bot.connections > 0 },
  changed: { name: 'Changed', fits: hasChanged },
  idle: { name: 'May use nothing', fits: isIdle },
} as const;
type Filter = keyof typeof FILTERS;

/** The bots that have been let in, and what each may use. */
export function BotsScreen() {
  const bots = useVault((vault) => vault.bots);
  return (
    <>
      <ScreenHeader title="Bots" sub="The programs you let in, and what each of them may use." />
      {bots.length === 0 ? (
        <>
          <EmptyState icon={IconRobot} title="No bot yet">
            When a bot on this computer asks for the first time, a window shows what it wants and you decide.
          </EmptyState>
          <HowToConnect />
        </>
      ) : (
        <>
          <BotList bots={bots} />
          <Disclosure label="How to connect another one">
            <HowToConnect />
          </Disclosure>
        </>
      )}
    </>
  );
}

function BotList(props: { bots: BotView[] }) {
  const { bots } = props;
  const [query, setQuery] = useState('');
  const [filter, setFilter] = useState<Filter>('all');
  const many = bots.length > MAX_UNFOLDED;
  const found = findBots(bots, many ? query : '');
  const shown = botsInOrder(many ? found.filter(FILTERS[filter].fits) : found);
  return (
    <>
      {many ? (
        <div className={css.tools}>
          <SearchField
            label="Find a bot"
            placeholder="Name, account or program"
            value={query}
            onChange={setQuery}
          />
          <Filters found={found} chosen={filter} onChoose={setFilter} />
        </div>
      ) : null}
      <p className="unseen" role="status">
        {many ? `${shown.length} of ${bots.length} bots shown` : ''}
      </p>
      <div className={css.list}>
        {shown.map((bot) => (
          <BotCard key={bot.keyId} bot={bot} unfolded={!many} />
        ))}
      </div>
      {shown.length === 0 ? <p className={screen.soft}>No bot fits. Try another word.</p> : null}
    </>
  );
}

function Filters(props: { found: BotView[]; chosen: Filter; onChoose: (filter: Filter) => void }) {
  return (
    <fieldset className={css.filters}>
      <legend className="unseen">Which bots to show</legend>
      {(Object.keys(FILTERS) as Filter[]).map((filter) => (
        <Button
          key={filter}
          size="xs"
          variant={filter === props.chosen ? 'light' : 'default'}
          aria-pressed={filter === props.chosen}
          onClick={() => props.onChoose(filter)}
        >
          {FILTERS[filter].name} ({props.found.filter(FILTERS[filter].fits).length})
        </Button>
      ))}
    </fieldset>
  );
}
