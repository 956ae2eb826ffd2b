import type { ReactNode } from 'react';
import type { ScopeInfo, ScopeRisk } from '../../shared/scopes.ts';
import { sentence } from '../format/phrases.ts';
import { byRisk, RISKS } from '../format/scope-words.ts';
import { IconAlertTriangle, IconBolt, IconEye, type TablerIcon } from '../theme/icons.ts';
import css from './scope-groups.module.css';
import type { Tone } from './tag.tsx';

/** Icon and tone of each risk; the words come from RISKS, so that colour never stands alone. */
export const RISK_STYLE: Record<ScopeRisk, { icon: TablerIcon; tone: Tone }> = {
  careful: { icon: IconAlertTriangle, tone: 'warn' },
  act: { icon: IconBolt, tone: 'act' },
  look: { icon: IconEye, tone: 'good' },
};

/** Scopes in words, by risk, what needs most thought first; `mark` adds something to one of them. */
export function ScopeGroups(props: {
  scopes: readonly string[];
  compact?: boolean;
  mark?: (scope: string) => ReactNode;
}) {
  if (props.scopes.length === 0) return <p className={css.none}>See your public name, and nothing else.</p>;
  return (
    <div className={css.groups} data-compact={props.compact || undefined}>
      {byRisk(props.scopes).map((group) => (
        <RiskGroup key={group.risk} risk={group.risk} scopes={group.scopes} mark={props.mark} />
      ))}
    </div>
  );
}

function RiskGroup(props: {
  risk: ScopeRisk;
  scopes: ScopeInfo[];
  mark: ((scope: string) => ReactNode) | undefined;
}) {
  const { icon: Icon, tone } = RISK_STYLE[props.risk];
  const { title, why } = RISKS[props.risk];
  return (
    <div className={css.group} data-tone={tone}>
      <p className={css.heading}>
        <Icon size={16} stroke={2} aria-hidden />
        <strong>{title}</strong>
        <span className={css.why}>{why}</span>
      </p>
      <ul className={css.list}>
        {props.scopes.map((info) => (
          <li key={info.scope} className={css.scope}>
            <span>
              {sentence(info.words)} {props.mark?.(info.scope)}
            </span>
            <code className={css.name}>{info.scope}</code>
          </li>
        ))}
      </ul>
    </div>
  );
}
