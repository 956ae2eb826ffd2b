import { useCallback } from 'react';
import type { BotView, ChangedProgramView } from '../../../shared/views.ts';
import { ActionButton } from '../../components/action-button.tsx';
import { ProgramChanges } from '../../components/program-changes.tsx';
import { agoWords } from '../../format/time-words.ts';
import { ask } from '../../state/ask.ts';
import { useClock } from '../../state/clock.ts';
import { vaultCalls } from '../../state/preload-api.ts';
import { openDialog } from '../dialogs/open-dialog.ts';
import { useLockedWhy } from '../lock/use-locked-why.ts';
import { botTitle } from './bot-words.ts';
import css from './bots.module.css';

/** Says that a bot's key is used by another program than was allowed, and asks what to make of it. */
export function ChangedBot(props: { bot: BotView; changed: ChangedProgramView; about: string }) {
  const { bot, changed } = props;
  const { keyId } = bot;
  const when = useClock(useCallback((now: number) => agoWords(changed.at, now), [changed.at]));
  return (
    <section
      className={css.changed}
      aria-label={`${botTitle(bot)} has changed`}
      data-held={changed.held || undefined}
    >
      <p>
        <strong>
          {changed.held ? 'It gets nothing until you decide. ' : 'It still gets what you allowed. '}
        </strong>
        What used this bot’s key {when} is not what you let in. An update or a move explains that; if you did
        neither, somebody else may have its key.
      </p>
      <ProgramChanges changes={changed.changes} />
      <div className={css.answers}>
        <ActionButton
          size="xs"
          about={props.about}
          why={useLockedWhy()}
          onClick={() => void ask(vaultCalls()['bot.acceptChange']({ keyId, at: changed.at }))}
        >
          It’s mine
        </ActionButton>
        <ActionButton
          size="xs"
          variant="default"
          about={props.about}
          onClick={() => openDialog({ kind: 'remove-bot', keyId })}
        >
          Remove
        </ActionButton>
      </div>
    </section>
  );
}
