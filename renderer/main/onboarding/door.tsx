import { type ReactNode, useId } from 'react';
import { IconChevronDown, type TablerIcon } from '../../theme/icons.ts';
import css from './onboarding.module.css';

/** One way to begin: its name, what it means, and what is behind it while it is open. Another one opens in its place. */
export function Door(props: {
  name: string;
  hint: string;
  icon: TablerIcon;
  open: boolean;
  onOpen: () => void;
  children: ReactNode;
}) {
  const { icon: Icon, open } = props;
  const id = useId();
  return (
    <div className={css.door} data-open={open || undefined}>
      <div className={css.head}>
        <Icon size={22} stroke={1.7} aria-hidden />
        <div className={css.words}>
          <h3>
            <button
              type="button"
              className={css.knob}
              aria-describedby={`${id}h`}
              aria-expanded={open}
              aria-controls={`${id}p`}
              onClick={props.onOpen}
            >
              {props.name}
            </button>
          </h3>
          <p id={`${id}h`} className={css.what}>
            {props.hint}
          </p>
        </div>
        <IconChevronDown size={18} aria-hidden className={css.chevron} />
      </div>
      <div id={`${id}p`} hidden={!open} className={css.behind}>
        {open ? props.children : null}
      </div>
    </div>
  );
}
