import { type ReactNode, useEffect, useRef, useState } from 'react';
import { IconChevronDown } from '../theme/icons.ts';
import css from './prompt-window.module.css';

/** Pixels out of sight that don't count as more: the padding at the end. */
const END_PADDING = 12;

/** True while there is more of `area` below what is in sight; `content` is what it scrolls. */
function useMoreBelow() {
  const area = useRef<HTMLElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const [more, setMore] = useState(false);
  useEffect(() => {
    const { current: box } = area;
    if (!box || !content.current) return;
    const measure = () => setMore(box.scrollHeight - box.scrollTop - box.clientHeight > END_PADDING);
    const sizes = new ResizeObserver(measure);
    sizes.observe(box);
    sizes.observe(content.current);
    box.addEventListener('scroll', measure, { passive: true });
    measure();
    return () => {
      sizes.disconnect();
      box.removeEventListener('scroll', measure);
    };
  }, []);
  return { area, content, more };
}

/** What is asked, above the buttons that answer it. It scrolls, and says so while something is out of sight. */
export function PromptBody(props: {
  labelledBy: string;
  className: string | undefined;
  children: ReactNode;
}) {
  const { area, content, more } = useMoreBelow();
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls and must be reachable by keyboard */}
      <section ref={area} className={css.scroll} tabIndex={0} aria-labelledby={props.labelledBy}>
        <div ref={content} className={`${css.content} ${props.className ?? ''}`}>
          {props.children}
        </div>
      </section>
      {more ? (
        <div className={css.more} aria-hidden>
          <span>
            <b>
              <IconChevronDown size={14} />
              More below
            </b>
          </span>
        </div>
      ) : null}
    </>
  );
}
