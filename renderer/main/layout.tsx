import { useEffect, useRef, useState } from 'react';
import { AccountsScreen } from './accounts/accounts-screen.tsx';
import { ActivityScreen } from './activity/activity-screen.tsx';
import { BotsScreen } from './bots/bots-screen.tsx';
import { DashboardScreen } from './dashboard/dashboard-screen.tsx';
import css from './layout.module.css';
import { Navigation, type ScreenName } from './navigation.tsx';
import { SettingsScreen } from './settings/settings-screen.tsx';
import { StatusBanners } from './status-banners.tsx';

const SCREENS = {
  dashboard: DashboardScreen,
  accounts: AccountsScreen,
  bots: BotsScreen,
  activity: ActivityScreen,
  settings: SettingsScreen,
} as const satisfies Record<ScreenName, unknown>;

/** Navigation beside one screen at a time. Going somewhere moves the focus to its heading. */
export function Layout() {
  const [screen, setScreen] = useState<ScreenName>('dashboard');
  const main = useRef<HTMLElement>(null);
  const selected = useRef(false);
  const Screen = SCREENS[screen];
  // biome-ignore lint/correctness/useExhaustiveDependencies: it follows the screen's name, which it does not read
  useEffect(() => {
    if (!selected.current) return;
    main.current?.scrollTo(0, 0);
    main.current?.querySelector('h1')?.focus();
  }, [screen]);
  const select = (next: ScreenName) => {
    selected.current = true;
    setScreen(next);
  };
  return (
    <div className={css.layout}>
      <Navigation screen={screen} onSelect={select} />
      <main ref={main} className={css.main}>
        <div className={css.column}>
          <StatusBanners />
          <Screen key={screen} />
        </div>
      </main>
    </div>
  );
}
