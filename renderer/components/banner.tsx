import { CloseButton } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import { IconAlertCircle, IconAlertTriangle, type TablerIcon } from '../theme/icons.ts';
import css from './banner.module.css';

/** How grave it is; `error` is read out at once. */
export type BannerTone = 'warning' | 'error';

const ICONS: Record<BannerTone, TablerIcon> = {
  warning: IconAlertTriangle,
  error: IconAlertCircle,
};

/** Something the streamer should know before she goes on; it stays until it is settled or dismissed. */
export function Banner(props: {
  tone: BannerTone;
  title?: string;
  children: ReactNode;
  action?: ReactNode;
  icon?: TablerIcon;
  onDismiss?: () => void;
}) {
  const id = useId();
  const Icon = props.icon ?? ICONS[props.tone];
  return (
    <div className={css.banner} data-tone={props.tone} role={props.tone === 'error' ? 'alert' : 'status'}>
      <Icon size={19} aria-hidden className={css.icon} />
      <div id={id} className={css.text}>
        {props.title ? <strong>{props.title} </strong> : null}
        {props.children}
      </div>
      {props.action}
      {props.onDismiss ? (
        <CloseButton size="sm" aria-label="Dismiss" aria-describedby={id} onClick={props.onDismiss} />
      ) : null}
    </div>
  );
}
