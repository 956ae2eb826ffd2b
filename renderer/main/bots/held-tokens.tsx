import { useCallback, useState } from 'react';
import type { BotView, HeldTokenView } from '../../../shared/views.ts';
import { ActionButton } from '../../components/action-button.tsx';
import { announce } from '../../state/announce.ts';
import { ask } from '../../state/ask.ts';
import { useClock } from '../../state/clock.ts';
import { vaultCalls } from '../../state/preload-api.ts';
import { IconKey } from '../../theme/icons.ts';
import { heldNote, heldTarget, heldWords } from './bot-words.ts';
import css from './bots.module.css';

/** Tokens the bot has though nothing permits it to ask for another, each with the way to end it. */
export function HeldTokens(props: { bot: BotView; about: string }) {
  const { bot, about } = props;
  if (bot.holds.length === 0) return null;
  return (
    <ul className={css.grants} aria-label="Tokens it still holds">
      {bot.holds.map((held) => (
        <HeldToken key={`${held.clientId}-${held.userId}-${held.endable}`} held={held} about={about} />
      ))}
    </ul>
  );
}

const endToken = ({ userId, clientId }: HeldTokenView) =>
  userId === null
    ? vaultCalls()['app.endTokens']({ clientId })
    : vaultCalls()['account.rotate']({ userId, clientId });

function HeldToken(props: { held: HeldTokenView; about: string }) {
  const { held } = props;
  const [busy, setBusy] = useState(false);
  const words = useClock(useCallback((now: number) => heldWords(held, now), [held]));
  const end = async () => {
    setBusy(true);
    const done = await ask(endToken(held));
    setBusy(false);
    if (done) announce(`The bot no longer holds ${heldTarget(held)}.`);
  };
  return (
    <li className={css.grant}>
      <div className={css.line}>
        <div className={css.target}>
          <strong className={css.held}>
            <IconKey size={15} aria-hidden /> {words}
          </strong>
          <span className={css.soft}>{heldNote(held)}</span>
        </div>
        {held.endable ? (
          <div className={css.acts}>
            <ActionButton
              size="xs"
              variant="default"
              about={props.about}
              busy={busy}
              onClick={() => void end()}
            >
              End it now
            </ActionButton>
          </div>
        ) : null}
      </div>
    </li>
  );
}
