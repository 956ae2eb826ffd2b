import { Mark } from '../../components/brand.tsx';
import css from '../onboarding/onboarding.module.css';
import { EnterPassphrase } from './passphrase.tsx';

/** Asks for the passphrase that seals the logins, before anything else. */
export function PassphraseScreen(props: { onLater: () => void }) {
  return (
    <main className={css.page}>
      <div className={css.narrow}>
        <Mark size={44} />
        <h1>Enter your passphrase</h1>
        <p className={css.lead}>Your logins are sealed with it. Until then bots have to wait.</p>
        <EnterPassphrase onDone={() => undefined} onLater={props.onLater} />
      </div>
    </main>
  );
}
