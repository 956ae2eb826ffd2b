import { Brand } from '../components/brand.tsx';
import { counted } from '../format/phrases.ts';
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
  const asking = useVault((vault) => new Set(vault.questions.map(({ bot }) => bot)).size);
  const quiet = useVault((vault) => vault.stream.mode);
  const waiting = asking ? `${counted(asking, 'bot')} wait${asking === 1 ? 's' : ''} for you` : null;
  const mode = quiet ? 'Stream mode is on' : bots;
  const words = locked
    ? 'Locked'
    : waiting !== null
      ? waiting
      : troubled
        ? `${troubled} need${troubled === 1 ? 's' : ''} you`
        : mode;
  return (
    <p
      className={css.status}
      data-tone={locked || troubled || asking ? 'warn' : connected ? 'good' : 'plain'}
    >
      <span className={css.dot} aria-hidden />
      {words}
    </p>
  );
}
