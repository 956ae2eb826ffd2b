import { Brand } from '../components/brand.tsx';
import { useVault } from '../state/window-stores.ts';
import { IconHistory, IconLayoutDashboard, IconRobot, IconSettings, IconUsers } from '../theme/icons.ts';
import { needsAttention } from './accounts/account-list.tsx';
import css from './navigation.module.css';

const ITEMS = [
  { screen: 'dashboard', name: 'Dashboard', icon: IconLayoutDashboard },
  { screen: 'accounts', name: 'Accounts', icon: IconUsers },
  { screen: 'bots', name: 'Bots', icon: IconRobot },
  { screen: 'activity', name: 'Activity', icon: IconHistory },
  { screen: 'settings', name: 'Settings', icon: IconSettings },
] as const;
/** The screens of the main window. */
export type ScreenName = (typeof ITEMS)[number]['screen'];

/** The way between screens: words and icons, icons alone, or a bar at the bottom, by width. */
export function Navigation(props: { screen: ScreenName; onSelect: (screen: ScreenName) => void }) {
  return (
    <nav className={css.nav} aria-label="Castkey">
      <div className={css.brand}>
        <Brand />
      </div>
      <ul className={css.items}>
        {ITEMS.map(({ screen, name, icon: Icon }) => (
          <li key={screen}>
            <button
              type="button"
              className={css.item}
              title={name}
              aria-current={props.screen === screen ? 'page' : undefined}
              onClick={() => props.onSelect(screen)}
            >
              <Icon size={19} stroke={1.8} aria-hidden />
              <span className={css.name}>{name}</span>
            </button>
          </li>
        ))}
      </ul>
      <StatusLine />
    </nav>
  );
}

/** One quiet line on how things stand. */
function StatusLine() {
  const connected = useVault((vault) => vault.bots.filter((bot) => bot.connections > 0).length);
  const troubled = useVault((vault) => vault.accounts.filter(needsAttention).length);
  const locked = useVault((vault) => vault.locked);
  const bots =
    connected === 0 ? 'No bot connected' : `${connected} ${connected === 1 ? 'bot' : 'bots'} connected`;
  const words = locked ? 'Locked' : troubled ? `${troubled} need${troubled === 1 ? 's' : ''} you` : bots;
  return (
    <p className={css.status} data-tone={locked || troubled ? 'warn' : connected ? 'good' : 'plain'}>
      <span className={css.dot} aria-hidden />
      {words}
    </p>
  );
}
