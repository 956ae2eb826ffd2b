import { TextInput } from '@mantine/core';
import { type FormEvent, type RefObject, useRef, useState } from 'react';
import type { TwitchAppKind } from '../../../shared/views.ts';
import { ActionButton } from '../../components/action-button.tsx';
import { Choice } from '../../components/choice.tsx';
import { MaskedInput } from '../../components/masked-input.tsx';
import { Tag } from '../../components/tag.tsx';
import { failureOf } from '../../state/ask.ts';
import { vaultCalls } from '../../state/preload-api.ts';
import { useLockedWhy } from '../lock/use-locked-why.ts';
import css from './application-form.module.css';

interface Problems {
  clientId: string;
  secret: string;
  /** What belongs to no field. */
  all?: string;
}
const NO_PROBLEM: Problems = { clientId: '', secret: '' };

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

/** Twitch’s or Castkey’s no, at the field that it is about. */
async function configure(
  clientId: string,
  kind: TwitchAppKind,
  secret: string,
  label: string,
): Promise<Problems> {
  const failure = await failureOf(
    vaultCalls()['app.configure']({
      ...{ clientId, kind },
      ...(kind === 'confidential' && { clientSecret: secret }),
      ...(label && { label }),
    }),
  );
  if (failure === null) return NO_PROBLEM;
  const { code, message } = failure;
  if (code !== 'setup' && code !== 'bad-request') return { ...NO_PROBLEM, all: message };
  const ofSecret = kind === 'confidential' && /secret/i.test(message);
  return ofSecret ? { clientId: '', secret: message } : { clientId: message, secret: '' };
}

interface Fields {
  clientId: RefObject<HTMLInputElement | null>;
  secret: RefObject<HTMLInputElement | null>;
  label: RefObject<HTMLInputElement | null>;
}

/** Checks, asks Twitch, and brings the focus to whatever is wrong. */
function useConfigure({ clientId, secret, label }: Fields, kind: TwitchAppKind, onDone?: () => void) {
  const [problems, setProblems] = useState(NO_PROBLEM);
  const [busy, setBusy] = useState(false);
  const tell = (found: Problems): boolean => {
    setProblems(found);
    if (found.clientId) clientId.current?.focus();
    else if (found.secret) secret.current?.focus();
    return Boolean(found.clientId || found.secret || found.all);
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    const [id, word, name] = [clientId, secret, label].map((field) => field.current?.value.trim() ?? '');
    if (tell(appProblems(id ?? '', kind, word ?? ''))) return;
    setBusy(true);
    const found = await configure(id ?? '', kind, word ?? '', name ?? '');
    setBusy(false);
    if (tell(found)) return;
    if (secret.current) secret.current.value = '';
    onDone?.();
  };
  return { problems, busy, submit };
}

/** Asks for a Twitch application of the streamer’s own; used at the first start and in the settings. */
export function ApplicationForm(props: {
  onDone?: () => void;
  /** Asks what to call it, too. */
  withLabel?: boolean;
}) {
  const clientId = useRef<HTMLInputElement>(null);
  const secret = useRef<HTMLInputElement>(null);
  const label = useRef<HTMLInputElement>(null);
  const [kind, setKind] = useState<TwitchAppKind>('public');
  const { problems, busy, submit } = useConfigure({ clientId, secret, label }, kind, props.onDone);
  return (
    <form className={css.form} noValidate onSubmit={(event) => void submit(event)}>
      <TextInput
        ref={clientId}
        label="Client ID"
        autoComplete="off"
        spellCheck={false}
        error={problems.clientId}
        classNames={{ input: 'mono' }}
      />
      {props.withLabel ? (
        <TextInput
          ref={label}
          label="Name"
          description="What you call it, such as “My own bots”."
          maxLength={64}
        />
      ) : null}
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
        <ActionButton type="submit" busy={busy} why={useLockedWhy()} size="md">
          Continue
        </ActionButton>
      </div>
    </form>
  );
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
        hint="I have a secret: Twitch’s console shows one for this application."
        checked={props.kind === 'confidential'}
        onChoose={() => props.onChoose('confidential')}
      />
    </fieldset>
  );
}
