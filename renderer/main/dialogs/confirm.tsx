import { Button } from '@mantine/core';
import type { AccountView, BotView } from '../../../shared/views.ts';
import { safeText } from '../../format/safe-text.ts';
import { counted } from '../../format/time-words.ts';
import { ask } from '../../state/ask.ts';
import { vaultCalls } from '../../state/preload-api.ts';
import { useVault } from '../../state/window-stores.ts';
import { offerRotation } from '../bots/rotate-token.tsx';
import css from './dialogs.module.css';
import { closeDialog } from './open-dialog.ts';

/** Asks before an account leaves Castkey. */
export function RemoveAccount(props: { account: AccountView }) {
  const { userId, login } = props.account;
  const users = useVault((vault) => vault.bots).filter((bot) =>
    bot.grants.some((grant) => grant.userId === userId || grant.login === login),
  );
  return (
    <Confirm
      yes="Remove account"
      onYes={() => ask(vaultCalls()['account.remove']({ userId }))}
      lines={[
        `Castkey signs ${login} out at Twitch and forgets its login.`,
        users.length
          ? `${counted(users.length, 'bot')} can no longer use it: ${users.map((bot) => safeText(bot.name)).join(', ')}.`
          : 'No bot uses it at the moment.',
        'To have it back, sign in with Twitch again. Your Twitch account itself stays as it is.',
      ]}
    />
  );
}

/** Asks before a bot is forgotten; then offers to end the tokens it may still hold. */
export function RemoveBot(props: { bot: BotView }) {
  const { keyId, name, grants } = props.bot;
  const accounts = useVault((vault) => vault.accounts);
  const remove = async () => {
    const gone = await ask(vaultCalls()['bot.remove']({ keyId }));
    if (gone) offerRotation(name, grants, accounts);
  };
  return (
    <Confirm
      yes="Remove bot"
      onYes={remove}
      lines={[
        'It gets no more tokens from Castkey, and everything you allowed it is forgotten.',
        'Tokens it already has end by themselves within hours. If it asks again, you are asked again.',
      ]}
    />
  );
}

function Confirm(props: { lines: string[]; yes: string; onYes: () => Promise<unknown> }) {
  return (
    <div className={css.stack}>
      {props.lines.map((line) => (
        <p key={line}>{line}</p>
      ))}
      <div className={css.buttons}>
        <Button variant="default" data-autofocus onClick={closeDialog}>
          Keep it
        </Button>
        <Button
          className={css.danger ?? ''}
          onClick={() => {
            closeDialog();
            void props.onYes();
          }}
        >
          {props.yes}
        </Button>
      </div>
    </div>
  );
}
