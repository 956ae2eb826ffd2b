import { Brand } from '../components/brand.tsx';
import { useVault } from '../state/window-stores.ts';
import {
  IconHistory,
  IconLayoutDashboard,
  IconRobot,
  IconSettings,
  IconUsers,
  type TablerIcon,
} from '../theme/icons.ts';
import { needsHer } from './accounts/account-state.tsx';
import css from './navigation.module.css';

/** The screens of the main window. */
export type Place = 'dashboard' | 'accounts' | 'bots' | 'activity' | 'settings';

const PLACES: readonly { place: Place; name: string; icon: TablerIcon }[] = [
  { place: 'dashboard', name: 'Dashboard', icon: IconLayoutDashboard },
  { place: 'accounts', name: 'Accounts', icon: IconUsers },
  { place: 'bots', name: 'Bots', icon: IconRobot },
  { place: 'activity', name: 'Activity', icon: IconHistory },
  { place: 'settings', name: 'Settings', icon: IconSettings },
];

/** The way between screens: words and icons, icons alone, or a bar at the bottom, by width. */
export function Navigation(props: { place: Place; onGo: (place: Place) => void }) {
  return (
    <nav className={css.nav} aria-label="Castkey">
      <div className={css.brand}>
        <Brand />
      </div>
      <ul className={css.places}>
        {PLACES.map(({ place, name, icon: Icon }) => (
          <li key={place}>
            <button
              type="button"
              className={css.place}
              title={name}
              aria-current={props.place === place ? 'page' : undefined}
              onClick={() => props.onGo(place)}
            >
              <Icon size={19} stroke={1.8} aria-hidden />
              <span className={css.name}>{name}</span>
            </button>
          </li>
        ))}
      </ul>
      <Pulse />
    </nav>
  );
}

/** One quiet line on how things stand. */
function Pulse() {
  const connected = useVault((vault) => vault.bots.filter((bot) => bot.connections > 0).length);
  const troubled = useVault((vault) => vault.accounts.filter(needsHer).length);
  const locked = useVault((vault) => vault.locked);
  const bots =
    connected === 0 ? 'No bot connected' : `${connected} ${connected === 1 ? 'bot' : 'bots'} connected`;
  const words = locked ? 'Locked' : troubled ? `${troubled} need${troubled === 1 ? 's' : ''} you` : bots;
  return (
    <p className={css.pulse} data-tone={locked || troubled ? 'warn' : connected ? 'good' : 'plain'}>
      <span className={css.dot} aria-hidden />
      {words}
    </p>
  );
}
