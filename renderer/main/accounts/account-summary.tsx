import { useCallback } from 'react';
import type { AccountState } from '../../../shared/protocol.ts';
import type { LoginView } from '../../../shared/views.ts';
import { Tag, type Tone } from '../../components/tag.tsx';
import { lifeLeft, refusedWords, timeLeftWords } from '../../format/time-words.ts';
import { useClock } from '../../state/clock.ts';
import {
  IconAlertCircle,
  IconAlertTriangle,
  IconCircleCheck,
  IconClock,
  IconCloudOff,
  IconRefresh,
  type TablerIcon,
} from '../../theme/icons.ts';
import css from './account-summary.module.css';

const STATE_STYLE: Record<AccountState, { words: string; tone: Tone; icon: TablerIcon }> = {
  ok: { words: 'Working', tone: 'good', icon: IconCircleCheck },
  offline: { words: 'Twitch unreachable', tone: 'warn', icon: IconCloudOff },
  'needs-sign-in': { words: 'Sign in again', tone: 'bad', icon: IconAlertCircle },
  setup: { words: 'Check the Twitch application', tone: 'bad', icon: IconAlertTriangle },
  expired: { words: 'Expired', tone: 'bad', icon: IconClock },
};

const UNSAVED = { words: 'Not saved', tone: 'warn', icon: IconAlertTriangle } as const;

const styleOf = ({ state, saved }: LoginView) => (state === 'ok' && !saved ? UNSAVED : STATE_STYLE[state]);

/** The state in two words. */
export function StateTag(props: { login: LoginView }) {
  if (props.login.refreshing) return <Tag icon={IconRefresh}>Refreshing…</Tag>;
  const { words, tone, icon } = styleOf(props.login);
  return (
    <Tag tone={tone} icon={icon}>
      {words}
    </Tag>
  );
}

/** The state in a sentence, and what to do about it; nothing while all is well. */
export function StateAdvice(props: { login: LoginView }) {
  const { login } = props;
  if (login.state === 'ok' && !login.advice) return null;
  return (
    <p className={css.advice} data-tone={styleOf(login).tone}>
      {login.state === 'ok' ? null : <span>{login.stateText}. </span>}
      {login.advice ? <strong>{login.advice} </strong> : null}
    </p>
  );
}

/**
 * How long a token is still good: words that count down, and a bar that shrinks with them. For a login that
 * Twitch refuses it is no promise: the token may have ended already, so the bar is empty.
 */
export function TimeLeft(props: { login: Pick<LoginView, 'expiresAt' | 'obtainedAt' | 'state'> }) {
  const { expiresAt, obtainedAt, state } = props.login;
  const refused = state === 'needs-sign-in';
  const words = useClock(
    useCallback(
      (now: number) => (refused ? refusedWords(expiresAt, now) : timeLeftWords(expiresAt, now)),
      [expiresAt, refused],
    ),
  );
  const left = useClock(
    useCallback(
      (now: number) => (refused ? 0 : lifeLeft(obtainedAt, expiresAt, now)),
      [obtainedAt, expiresAt, refused],
    ),
  );
  return (
    <div className={css.time}>
      <span className={css.words}>{words}</span>
      <svg className={css.bar} viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden>
        <rect className={css.track} width="100" height="4" />
        <rect className={css.fill} data-low={left < 15 || undefined} width={left} height="4" />
      </svg>
    </div>
  );
}

/** The jobs an account has, e.g. "chat". */
export function IntentTags(props: { intents: readonly string[] }) {
  if (props.intents.length === 0) return null;
  return (
    <ul className={css.intents} aria-label="Jobs">
      {props.intents.map((intent) => (
        <li key={intent}>
          <Tag tone="act">{intent}</Tag>
        </li>
      ))}
    </ul>
  );
}
