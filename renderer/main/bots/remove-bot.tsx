import type { BotView } from '../../../shared/views.ts';
import { vaultCalls } from '../../state/preload-api.ts';
import { useVault } from '../../state/window-stores.ts';
import { Confirm } from '../dialogs/confirm.tsx';
import { offerRotation } from './rotate-token.tsx';

/** Asks before a bot is forgotten; then offers to end the tokens it may still hold. */
export function RemoveBot(props: { bot: BotView }) {
  const { keyId, grants } = props.bot;
  const accounts = useVault((vault) => vault.accounts);
  return (
    <Confirm
      yes="Remove bot"
      onYes={() => vaultCalls()['bot.remove']({ keyId })}
      onDone={() => offerRotation(props.bot, grants, accounts)}
      lines={[
        'It gets no more tokens from Castkey, and everything you allowed it is forgotten.',
        'Tokens of accounts that it already has end by themselves within hours. If it asks again, you are asked again.',
        ...(mayHoldOwn(props.bot)
          ? [
              'It may hold the token of a Twitch application, which works for some two months and isn’t shown here once the bot is removed. To end it, take back that permission, then choose “End it now”.',
            ]
          : []),
      ]}
    />
  );
}

/** Whether it may have an application's own token. */
const mayHoldOwn = ({ grants, holds }: BotView): boolean =>
  grants.some(({ app, uses }) => app && uses > 0) || holds.some(({ userId }) => userId === null);
