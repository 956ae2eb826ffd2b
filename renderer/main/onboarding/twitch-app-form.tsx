import { TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useRef, useState } from 'react';
import type { TwitchAppKind } from '../../../shared/views.ts';
import { ActionButton } from '../../components/action-button.tsx';
import { Choice } from '../../components/choice.tsx';
import { MaskedInput } from '../../components/masked-input.tsx';
import { Tag } from '../../components/tag.tsx';
import { problemOf } from '../../state/ask.ts';
import { vaultCalls } from '../../state/preload-api.ts';
import { useVault } from '../../state/window-stores.ts';
import { useLockedWhy } from '../lock/use-locked-why.ts';
import css from './twitch-app-form.module.css';

interface Problems {
  clientId: string;
  secret: string;
}

/** What is wrong with the details of a Twitch application; empty texts when nothing is. */
export function appProblems(clientId: string, kind: TwitchAppKind, secret: string): Problems {
  const id = clientId
    ? /^[\w-]{1,100}$/.test(clientId)
      ? ''
      : 'A client ID is one word of letters and digits. Copy it from Twitch’s console once more.'
    : 'Paste the client ID from Twitch’s console.';
  const missing = kind === 'confidential' && !secret;
  return { clientId: id, secret: missing ? 'A confidential application needs its secret.' : '' };
}

/** Asks for the Twitch application Castkey works for; used at the first start and in the settings. */
export function TwitchAppForm(props: { onDone?: () => void; beside?: ReactNode }) {
  const app = useVault((vault) => vault.applications.find(({ isDefault }) => isDefault));
  const clientId = useRef<HTMLInputElement>(null);
  const secret = useRef<HTMLInputElement>(null);
  const [kind, setKind] = useState<TwitchAppKind>(app?.kind ?? 'public');
  const [problems, setProblems] = useState<Problems & { all?: string }>({ clientId: '', secret: '' });
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    const id = clientId.current?.value.trim() ?? '';
    const clientSecret = secret.current?.value.trim() ?? '';
    const found = appProblems(id, kind, clientSecret);
    setProblems(found);
    if (found.clientId) return clientId.current?.focus();
    if (found.secret) return secret.current?.focus();
    setBusy(true);
    const wrong = await configure(id, kind, clientSecret);
    setBusy(false);
    if (wrong !== null) return setProblems({ clientId: '', secret: '', all: wrong });
    if (secret.current) secret.current.value = '';
    props.onDone?.();
  };
  return (
    <form className={css.form} noValidate onSubmit={(event) => void submit(event)}>
      <TextInput
        ref={clientId}
        label="Client ID"
        defaultValue={app?.clientId ?? ''}
        autoComplete="off"
        spellCheck={false}
        error={problems.clientId}
        classNames={{ input: 'mono' }}
      />
      <KindChoice kind={kind} onChoose={setKind} />
      <MaskedInput
        ref={secret}
        label="Client secret"
        description={
          kind === 'public' ? 'A public application has none.' : 'Kept encrypted, never shown again.'
        }
        disabled={kind === 'public'}
        error={problems.secret}
      />
      {problems.all ? (
        <p className={css.problem} role="alert">
          {problems.all}
        </p>
      ) : null}
      <div className={css.buttons}>
        {props.beside}
        <ActionButton type="submit" busy={busy} why={useLockedWhy()} size="md">
          Continue
        </ActionButton>
      </div>
    </form>
  );
}

function configure(clientId: string, kind: TwitchAppKind, clientSecret: string): Promise<string | null> {
  const secret = kind === 'confidential' ? { clientSecret } : {};
  return problemOf(vaultCalls()['app.configure']({ clientId, kind, ...secret }));
}

function KindChoice(props: { kind: TwitchAppKind; onChoose: (kind: TwitchAppKind) => void }) {
  return (
    <fieldset className={css.kinds}>
      <legend>Client type</legend>
      <Choice
        group="kind"
        value="public"
        name="Public"
        mark={<Tag tone="good">Recommended</Tag>}
        hint="No secret to keep. Right for a program on your own computer."
        checked={props.kind === 'public'}
        onChoose={() => props.onChoose('public')}
      />
      <Choice
        group="kind"
        value="confidential"
        name="Confidential"
        hint="Has a client secret. Choose it if your bots already use this application with one."
        checked={props.kind === 'confidential'}
        onChoose={() => props.onChoose('confidential')}
      />
    </fieldset>
  );
}
