import { useEffect, useRef, useState } from 'react';
import { AccountsScreen } from './accounts/accounts-screen.tsx';
import { ActivityScreen } from './activity/activity-screen.tsx';
import { BotsScreen } from './bots/bots-screen.tsx';
import { DashboardScreen } from './dashboard/dashboard-screen.tsx';
import { Navigation, type Place } from './navigation.tsx';
import { SettingsScreen } from './settings/settings-screen.tsx';
import css from './shell.module.css';
import { StandingBanners } from './status-banners.tsx';

const SCREENS = {
  dashboard: DashboardScreen,
  accounts: AccountsScreen,
  bots: BotsScreen,
  activity: ActivityScreen,
  settings: SettingsScreen,
} as const satisfies Record<Place, unknown>;

/** Navigation beside one screen at a time. Going somewhere moves the focus to its heading. */
export function Shell() {
  const [place, setPlace] = useState<Place>('dashboard');
  const main = useRef<HTMLElement>(null);
  const went = useRef(false);
  const Screen = SCREENS[place];
  // biome-ignore lint/correctness/useExhaustiveDependencies: it follows the place, which it does not read
  useEffect(() => {
    if (!went.current) return;
    main.current?.scrollTo(0, 0);
    main.current?.querySelector('h1')?.focus();
  }, [place]);
  const go = (next: Place) => {
    went.current = true;
    setPlace(next);
  };
  return (
    <div className={css.shell}>
      <Navigation place={place} onGo={go} />
      <main ref={main} className={css.main}>
        <div className={css.column}>
          <StandingBanners />
          <Screen key={place} />
        </div>
      </main>
    </div>
  );
}
