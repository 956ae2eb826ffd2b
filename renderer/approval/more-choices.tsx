import { Button, Menu } from '@mantine/core';
import type { ApprovalView } from '../../shared/prompt-views.ts';
import { IconChevronDown } from '../theme/icons.ts';
import css from './approval.module.css';
import type { PendingDecision } from './decision.ts';

/** The answers that end by themselves; the one she took last stands beside the menu. */
export const ENDING_CHOICES = [
  { choice: 'until-stream-ends', name: 'Until my stream ends' },
  { choice: 'for-8-hours', name: 'For 8 hours' },
] as const;

/** A menu with the answers that end by themselves, and what she chose of them last as a button of its own. */
export function MoreChoices(
  props: Pick<PendingDecision, 'open' | 'decide'> & { habit: ApprovalView['habit'] },
) {
  const { open, decide, habit } = props;
  const usual = ENDING_CHOICES.find(({ choice }) => choice === habit);
  return (
    <span className={css.more}>
      {usual ? (
        <Button variant="default" disabled={!open[usual.choice]} onClick={() => decide(usual.choice)}>
          {usual.name}
        </Button>
      ) : null}
      <Menu position="top-end" transitionProps={{ duration: 0 }} withinPortal={false} loop>
        <Menu.Target>
          <Button
            variant="default"
            disabled={!open.once}
            aria-label="More choices"
            title="More choices"
            {...(usual ? { px: 8 } : { rightSection: <IconChevronDown size={15} aria-hidden /> })}
          >
            {usual ? <IconChevronDown size={17} aria-hidden /> : 'More choices'}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {ENDING_CHOICES.map(({ choice, name }) => (
            <Menu.Item key={choice} disabled={!open[choice]} onClick={() => decide(choice)}>
              {name}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </span>
  );
}
