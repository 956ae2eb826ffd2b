import type { ReactNode } from 'react';
import type { TablerIcon } from '../theme/icons.ts';
import css from './tag.module.css';

/** What a tag's colour goes with; its words say it too. */
export type Tone = 'plain' | 'good' | 'act' | 'warn' | 'bad';

/** A short word on a tinted ground, with an icon where the tone means something. */
export function Tag(props: { tone?: Tone; icon?: TablerIcon; children: ReactNode }) {
  const Icon = props.icon;
  return (
    <span className={css.tag} data-tone={props.tone ?? 'plain'}>
      {Icon ? <Icon size={13} stroke={2.2} aria-hidden /> : null}
      <span>{props.children}</span>
    </span>
  );
}
