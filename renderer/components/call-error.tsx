import { callErrorStore } from '../state/ask.ts';
import { Banner } from './banner.tsx';
import css from './call-error.module.css';

/** Tells of the last call that failed, above everything, until dismissed. */
export function CallError() {
  const text = callErrorStore((state) => state.text);
  if (!text) return null;
  return (
    <div className={css.bar}>
      <Banner
        tone="error"
        title="That did not work."
        onDismiss={() => callErrorStore.setState({ text: null })}
      >
        {text}
      </Banner>
    </div>
  );
}
