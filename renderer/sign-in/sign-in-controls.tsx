import { Button } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import type { SignInView } from '../../shared/prompt-views.ts';
import { ask } from '../state/ask.ts';
import { signInCalls } from '../state/preload-api.ts';
import { IconAppWindow, IconCheck, IconCopy, IconExternalLink } from '../theme/icons.ts';
import css from './sign-in.module.css';
import { groupedCode } from './sign-in-words.ts';

/** The ways to sign in; the better one first. */
export function SignInButtons(props: { view: SignInView }) {
  const { id, stage, primary, userCode, pageReady } = props.view;
  const busy = stage === 'checking';
  const noCode = busy || userCode === null;
  const here = (
    <Button
      key="here"
      size="md"
      variant={primary === 'here' ? 'filled' : 'default'}
      disabled={busy || !pageReady}
      leftSection={<IconAppWindow size={18} aria-hidden />}
      onClick={() => void ask(signInCalls()['signIn.here']({ id }))}
    >
      Sign in here
    </Button>
  );
  const browser = (
    <Button
      key="browser"
      size="md"
      variant={primary === 'browser' ? 'filled' : 'default'}
      disabled={noCode}
      leftSection={<IconExternalLink size={18} aria-hidden />}
      onClick={() => void ask(signInCalls()['signIn.browser']({ id }))}
    >
      Open my browser
    </Button>
  );
  return (
    <footer className={css.foot}>
      <div className={css.ways}>{primary === 'here' ? [here, browser] : [browser, here]}</div>
      <div className={css.others}>
        <CopyLink id={id} disabled={noCode} />
        <Button variant="subtle" color="gray" className={css.quiet ?? ''} onClick={() => cancelSignIn(id)}>
          Cancel
        </Button>
      </div>
    </footer>
  );
}

/** After it has failed: once more from the start, or not at all. The focus was on what is gone. */
export function FailedButtons(props: { id: string }) {
  const { id } = props;
  const again = useRef<HTMLButtonElement>(null);
  useEffect(() => again.current?.focus(), []);
  return (
    <footer className={css.foot}>
      <div className={css.ways}>
        <Button ref={again} size="md" onClick={() => void ask(signInCalls()['signIn.again']({ id }))}>
          Try again
        </Button>
        <Button size="md" variant="default" onClick={() => cancelSignIn(id)}>
          Cancel
        </Button>
      </div>
    </footer>
  );
}

/** She goes on though the bot that wanted it has stopped waiting. */
export const FinishAnyway = (props: { id: string }) => (
  <Button
    size="xs"
    variant="default"
    onClick={() => void ask(signInCalls()['signIn.goOn']({ id: props.id }))}
  >
    Finish anyway
  </Button>
);

/** Gives the sign-in up; the main process then closes the window. */
export const cancelSignIn = (id: string) => void ask(signInCalls()['signIn.cancel']({ id }));

/** Puts the link, which holds the code, on the clipboard (the main process does) and says so. */
export const CopyLink = (props: { id: string; disabled?: boolean; size?: 'xs' | 'sm' }) => (
  <CopyButton {...props} call="signIn.copyLink" label="Copy link" />
);

/** The code alone, to be pasted into the page that the browser shows. */
export const CopyCode = (props: { id: string }) => (
  <CopyButton {...props} call="signIn.copyCode" label="Copy code" size="xs" />
);

function CopyButton(props: {
  id: string;
  call: 'signIn.copyLink' | 'signIn.copyCode';
  label: string;
  disabled?: boolean;
  size?: 'xs' | 'sm';
}) {
  const [copied, setCopied] = useState(false);
  const copy = async () => setCopied(await ask(signInCalls()[props.call]({ id: props.id })));
  const Icon = copied ? IconCheck : IconCopy;
  return (
    <>
      <Button
        variant="subtle"
        color="gray"
        className={css.quiet ?? ''}
        size={props.size ?? 'sm'}
        disabled={props.disabled ?? false}
        leftSection={<Icon size={16} aria-hidden />}
        onClick={() => void copy()}
      >
        {props.label}
      </Button>
      <span role="status" className={props.size === 'xs' ? 'unseen' : css.copied}>
        {copied ? 'Copied' : ''}
      </span>
    </>
  );
}

/** The code to type, in groups; selecting it takes all of it, as Twitch gave it. */
export function DeviceCode(props: { code: string; small?: boolean }) {
  return (
    <span className={css.code} data-small={props.small || undefined}>
      <span className="unseen">Code </span>
      {groupedCode(props.code).map((group, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: groups have no identity but their place
        <span key={index}>{group}</span>
      ))}
    </span>
  );
}
