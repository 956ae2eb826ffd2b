import { Button } from '@mantine/core';
import type { AccountState } from '../../../shared/protocol.ts';
import type { AccountView } from '../../../shared/views.ts';
import { Tag, type Tone } from '../../components/tag.tsx';
import { ask } from '../../state/ask.ts';
import { vaultCalls } from '../../state/preload-api.ts';
import {
  IconAlertCircle,
  IconAlertTriangle,
  IconCircleCheck,
  IconClock,
  IconCloudOff,
  IconRefresh,
  type TablerIcon,
} from '../../theme/icons.ts';
import css from './account-state.module.css';

const STATE_STYLE: Record<AccountState, { words: string; tone: Tone; icon: TablerIcon }> = {
  ok: { words: 'Working', tone: 'good', icon: IconCircleCheck },
  offline: { words: 'Twitch unreachable', tone: 'warn', icon: IconCloudOff },
  'needs-sign-in': { words: 'Sign in again', tone: 'bad', icon: IconAlertCircle },
  setup: { words: 'Check the Twitch application', tone: 'bad', icon: IconAlertTriangle },
  expired: { words: 'Expired', tone: 'bad', icon: IconClock },
};

/** True for an account the streamer should look at. */
export const needsAttention = (account: AccountView): boolean =>
  !account.saved || (account.state !== 'ok' && account.state !== 'offline');

/** True for a login Twitch said no to: its token may be over before its time. */
export const isRefused = ({ state }: AccountView): boolean => state === 'needs-sign-in';

/** The state in two words. */
export function StateTag(props: { account: AccountView }) {
  if (props.account.refreshing) return <Tag icon={IconRefresh}>Refreshing…</Tag>;
  const { words, tone, icon } = STATE_STYLE[props.account.state];
  return (
    <Tag tone={tone} icon={icon}>
      {words}
    </Tag>
  );
}

/** The state in a sentence, and what to do about it; nothing while all is well. */
export function StateAdvice(props: { account: AccountView }) {
  const { account } = props;
  if (account.state === 'ok' && !account.advice) return null;
  return (
    <p className={css.advice} data-tone={STATE_STYLE[account.state].tone}>
      {account.state === 'ok' ? null : <span>{account.stateText}. </span>}
      {account.advice ? <strong>{account.advice} </strong> : null}
      <TryAgain account={account} />
    </p>
  );
}

/** Twitch's no has been wrong before, and the login it refused is still kept: it may be tried once more. */
function TryAgain(props: { account: AccountView }) {
  const { userId, state, canRefresh, refreshing } = props.account;
  if (!canRefresh || (state !== 'needs-sign-in' && state !== 'setup')) return null;
  return (
    <Button
      size="compact-xs"
      variant="default"
      disabled={refreshing}
      onClick={() => void ask(vaultCalls()['account.refresh']({ userId }))}
    >
      Try again
    </Button>
  );
}
