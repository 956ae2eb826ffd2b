import { Button, Menu } from '@mantine/core';
import type { ApprovalView } from '../../shared/prompt-views.ts';
import { IconChevronDown } from '../theme/icons.ts';
import css from './approval.module.css';
import type { PendingDecision } from './decision.ts';

type Deciding = Pick<PendingDecision, 'open' | 'decide'>;

/** The answers that end by themselves. */
const ENDING_CHOICES = [
  { choice: 'until-stream-ends', name: 'Until my stream ends' },
  { choice: 'for-8-hours', name: 'For 8 hours' },
] as const;

/** Opening it puts the focus on its first answer, without an element between that is nothing to a screen reader. */
const MENU = {
  withInitialFocusPlaceholder: false,
  menuItemTabIndex: 0,
  hideDetached: false,
  withinPortal: false,
} as const;

/** The menu with the answers that end by themselves; it hangs on the button before it. */
export function MoreChoices({ open, decide }: Deciding) {
  return (
    <Menu position="top-end" transitionProps={{ duration: 0 }} loop {...MENU}>
      <Menu.Target>
        <Button
          variant="default"
          className={css.more ?? ''}
          disabled={!open['for-8-hours']}
          aria-label="More choices"
          title="More choices"
        >
          <IconChevronDown size={17} aria-hidden />
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
  );
}

/** The one of them that she took last, as a button: nothing before the first time. */
export function UsualChoice({ open, decide, habit }: Deciding & { habit: ApprovalView['habit'] }) {
  const usual = ENDING_CHOICES.find(({ choice }) => choice === habit);
  if (usual === undefined) return null;
  return (
    <div className={css.usual}>
      <span className={css.hint}>As last time:</span>
      <Button variant="default" disabled={!open[usual.choice]} onClick={() => decide(usual.choice)}>
        {usual.name}
      </Button>
    </div>
  );
}
