import { Tag } from '../../components/tag.tsx';
import css from './intent-tags.module.css';

/** The jobs an account has, e.g. "chat". */
export function IntentTags(props: { intents: readonly string[] }) {
  if (props.intents.length === 0) return null;
  return (
    <ul className={css.tags} aria-label="Jobs">
      {props.intents.map((intent) => (
        <li key={intent}>
          <Tag tone="act">{intent}</Tag>
        </li>
      ))}
    </ul>
  );
}
