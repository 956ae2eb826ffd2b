import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { CALL_LIMITS } from '../../../shared/ipc.ts';
import type { AccountView } from '../../../shared/views.ts';
import { listed } from '../../format/phrases.ts';
import { safeText } from '../../format/safe-text.ts';
import { ask } from '../../state/ask.ts';
import { vaultCalls } from '../../state/preload-api.ts';
import { useVault } from '../../state/window-stores.ts';
import { IconX } from '../../theme/icons.ts';
import screen from '../screen.module.css';
import css from './accounts.module.css';

/** The account that has a job now, if it is another one than `userId`. */
export function holderOf(
  accounts: readonly AccountView[],
  intent: string,
  userId: string,
): AccountView | undefined {
  return accounts.find((other) => other.userId !== userId && other.intents.includes(intent));
}

/** What giving a job to an account does besides; empty when nothing. Its bots get all that the account's token can do. */
export function giveHint(holder: AccountView | undefined, bots: readonly string[]): string {
  const moved = holder ? `Moves here from ${holder.login}.` : '';
  const used = bots.length > 0 ? `${listed(bots.map(safeText))} may use whoever has this job.` : '';
  return [moved, used].filter(Boolean).join(' ');
}

/** Gives an account jobs such as "chat" and takes them away. A job belongs to one account at a time. */
export function IntentEditor(props: { account: AccountView }) {
  const { userId, intents, login } = props.account;
  const set = (next: string[]) => ask(vaultCalls()['account.setIntents']({ userId, intents: next }));
  return (
    <div className={css.jobs}>
      <h3>Jobs</h3>
      <p className={screen.soft}>
        A bot may ask for a job, such as “chat”, rather than for an account by name.
      </p>
      {intents.length ? (
        <ul className={css.chips}>
          {intents.map((intent) => (
            <li key={intent} className={css.chip}>
              {intent}
              <button
                type="button"
                className={css.take}
                aria-label={`Take ${intent} from ${login}`}
                onClick={() => void set(intents.filter((other) => other !== intent))}
              >
                <IconX size={15} aria-hidden />
              </button>
            </li>
          ))}
        </ul>
      ) : null}
      <AddIntent account={props.account} onAdd={(intent) => set([...intents, intent])} />
    </div>
  );
}

function AddIntent(props: { account: AccountView; onAdd: (intent: string) => Promise<boolean> }) {
  const [text, setText] = useState('');
  const accounts = useVault((vault) => vault.accounts);
  const bots = useVault((vault) => vault.bots);
  const intent = text.trim();
  const taken = props.account.intents.includes(intent);
  const users = bots.filter(({ grants }) => grants.some((grant) => grant.intent === intent));
  const holder = intent ? holderOf(accounts, intent, props.account.userId) : undefined;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (intent && !taken && (await props.onAdd(intent))) setText('');
  };
  return (
    <form className={css.add} onSubmit={(event) => void submit(event)}>
      <TextInput
        size="xs"
        aria-label={`New job for ${props.account.login}`}
        placeholder="chat"
        maxLength={2 * CALL_LIMITS.intentLength /* the browser counts an emoji as two */}
        value={text}
        error={taken ? 'It has that job already.' : undefined}
        description={giveHint(
          holder,
          users.map(({ name }) => name),
        )}
        inputWrapperOrder={['input', 'description', 'error']}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Button size="xs" variant="default" type="submit" disabled={!intent || taken}>
        {holder ? 'Move job here' : 'Give job'}
      </Button>
    </form>
  );
}
