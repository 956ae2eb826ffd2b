import { useState } from 'react';
import type { AccountView } from '../../../shared/views.ts';
import { UntrustedText } from '../../components/untrusted-text.tsx';
import { safeText } from '../../format/safe-text.ts';
import css from './avatar.module.css';

type Person = Pick<AccountView, 'userId' | 'login' | 'displayName' | 'picture'>;

/** Colours for those without a picture. */
const HUES = 8;

/** Her picture as Castkey keeps it, else the first letter of her login in a colour of her own; decoration only. */
export function Avatar(props: { account: Person; small?: boolean }) {
  const { userId, login, picture } = props.account;
  const [missing, setMissing] = useState<string | null>(null);
  const size = { 'data-small': props.small || undefined };
  if (picture !== null && picture !== missing)
    return <img className={css.avatar} {...size} src={picture} alt="" onError={() => setMissing(picture)} />;
  const hue = Number(userId.slice(-4)) % HUES;
  return (
    <span className={css.avatar} {...size} data-hue={hue} aria-hidden>
      {[...login][0]?.toUpperCase() ?? '?'}
    </span>
  );
}

/** The name Twitch shows, with nothing hidden in it, where it is more than her login in other letters' case. */
export function DisplayName(props: { account: Person }) {
  const { displayName, login } = props.account;
  const shown = safeText(displayName ?? '');
  if (!shown || shown.toLowerCase() === login) return null;
  return <UntrustedText text={shown} className={css.displayName} />;
}
