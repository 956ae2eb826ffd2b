import { scopeInfo } from '../../../shared/scopes.ts';
import type { BotView } from '../../../shared/views.ts';
import { ActionButton } from '../../components/action-button.tsx';
import { Disclosure } from '../../components/disclosure.tsx';
import { sentence } from '../../format/phrases.ts';
import { ask } from '../../state/ask.ts';
import { vaultCalls } from '../../state/preload-api.ts';
import { IconCheck, IconX } from '../../theme/icons.ts';
import { useLockedWhy } from '../lock/use-locked-why.ts';
import { wantedSummary } from './bot-words.ts';
import css from './bots.module.css';

/** What the bot said it needs and would like, and whether its accounts have it; one consent brings all that is missing. */
export function WantedScopes(props: { bot: BotView; about: string }) {
  const { keyId, scopes } = props.bot;
  const locked = useLockedWhy();
  if (scopes.length === 0) return null;
  const lacks = scopes.some(({ granted }) => !granted);
  return (
    <div className={css.wanted}>
      <Disclosure label={wantedSummary(scopes)}>
        <ul className={css.scopes} aria-label="What it needs and would like">
          {scopes.map((one) => (
            <li key={one.scope} data-granted={one.granted || undefined}>
              {one.granted ? <IconCheck size={16} aria-hidden /> : <IconX size={16} aria-hidden />}
              <span className="unseen">{one.granted ? 'Granted: ' : 'Missing: '}</span>
              <span>
                {sentence(scopeInfo(one.scope).words)}
                {one.required ? null : <span className={css.soft}> (optional)</span>}
              </span>
              <code>{one.scope}</code>
            </li>
          ))}
        </ul>
      </Disclosure>
      {lacks ? (
        <ActionButton
          size="xs"
          variant="default"
          about={props.about}
          why={locked}
          onClick={() => void ask(vaultCalls()['bot.consent']({ keyId }))}
        >
          Grant what is missing
        </ActionButton>
      ) : null}
    </div>
  );
}
