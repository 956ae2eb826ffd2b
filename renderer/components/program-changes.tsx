import type { ProgramChangeView } from '../../shared/views.ts';
import { safeText } from '../format/safe-text.ts';
import css from './program-changes.module.css';
import { PathText } from './untrusted-text.tsx';

const NAMES = {
  program: 'The program',
  script: 'The script',
  contents: 'What is in it',
  place: 'Where it runs',
  application: 'Its Twitch application',
} as const satisfies Record<ProgramChangeView['what'], string>;

/** What is different about a bot's program: each thing as it was allowed, and as it is now. */
export function ProgramChanges(props: { changes: readonly ProgramChangeView[] }) {
  return (
    <ul className={css.changes} aria-label="What is different">
      {props.changes.map((change) => (
        <li key={change.what} className={css.change}>
          <strong>{NAMES[change.what]}</strong>
          {change.what === 'contents' && change.after === null ? (
            <p>The file holds something else than when you allowed it.</p>
          ) : (
            <dl>
              <dt>Allowed</dt>
              <dd>
                <Side what={change.what} text={change.before} />
              </dd>
              <dt>Now</dt>
              <dd>
                <Side what={change.what} text={change.after} />
              </dd>
            </dl>
          )}
        </li>
      ))}
    </ul>
  );
}

/** One side of a change: a path, or words. */
function Side(props: { what: ProgramChangeView['what']; text: string | null }) {
  const { what, text } = props;
  if (text === null) return what === 'script' ? 'none' : 'can’t be told';
  return what === 'program' || what === 'script' ? <PathText path={text} /> : safeText(text);
}
