import { TextInput } from '@mantine/core';
import { type FormEvent, useEffect, useState } from 'react';
import { CALL_LIMITS } from '../../../shared/ipc.ts';
import type { AccountView } from '../../../shared/views.ts';
import { ActionButton } from '../../components/action-button.tsx';
import { listed } from '../../format/phrases.ts';
import { safeText } from '../../format/safe-text.ts';
import { answerOf, ask } from '../../state/ask.ts';
import { vaultCalls } from '../../state/preload-api.ts';
import { useVault } from '../../state/window-stores.ts';
import { IconX } from '../../theme/icons.ts';
import { useLockedWhy } from '../lock/use-locked-why.ts';
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

/** What to think of when a job is new but reads like another; empty when none does. */
export function similarHint(similar: readonly string[], accounts: readonly AccountView[]): string {
  const [known] = similar;
  if (known === undefined) return '';
  const holder = accounts.find(({ intents }) => intents.includes(known));
  const whose = holder ? `${holder.login} has it` : 'bots ask for it';
  return `Another job than “${known}”: ${whose}, and only the very same letters will do.`;
}

/** The jobs that read like this one, as the main process finds them. */
function useSimilarIntents(intent: string): string[] {
  const [found, setFound] = useState<{ intent: string; similar: string[] }>({ intent: '', similar: [] });
  useEffect(() => {
    let over = false;
    if (intent)
      void answerOf(vaultCalls()['account.similarIntents']({ intent })).then((answer) => {
        // A hint is all that it is for: without an answer there is none.
        if (!over && 'value' in answer) setFound({ intent, similar: answer.value });
      });
    return () => {
      over = true;
    };
  }, [intent]);
  return found.intent === intent ? found.similar : [];
}

/** Gives an account jobs such as "chat" and takes them away. A job belongs to one account at a time. */
export function IntentEditor(props: { account: AccountView }) {
  const { userId, intents, login } = props.account;
  const locked = useLockedWhy();
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
                disabled={locked !== null}
                title={locked ?? undefined}
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
  const similar = useSimilarIntents(intent);
  const locked = useLockedWhy();
  const given = giveHint(
    holder,
    users.map(({ name }) => name),
  );
  const hint = [similarHint(similar, accounts), given].filter(Boolean).join(' ');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (locked === null && intent && !taken && (await props.onAdd(intent))) setText('');
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
        description={hint}
        inputWrapperOrder={['input', 'description', 'error']}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <ActionButton size="xs" variant="default" type="submit" disabled={!intent || taken} why={locked}>
        {holder ? 'Move job here' : 'Give job'}
      </ActionButton>
    </form>
  );
}
