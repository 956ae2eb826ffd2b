import { Fragment } from 'react';
import { safeText, shortPath, shortWords } from '../format/safe-text.ts';
import { Disclosure } from './disclosure.tsx';

/** A name or words of somebody else: kept apart from the text around, with nothing hidden in it. */
export function UntrustedText(props: { text: string; className?: string | undefined }) {
  return <bdi className={props.className}>{safeText(props.text) || 'no name'}</bdi>;
}

/** A path as the system gave it, always read from left to right; a very long one opens to its whole length. */
export function PathText(props: { path: string }) {
  const whole = safeText(props.path);
  const short = shortPath(whole);
  return (
    <>
      <Path text={short} />
      {short === whole ? null : (
        <Disclosure label="The whole path">
          <Path text={whole} />
        </Disclosure>
      )}
    </>
  );
}

/** Breaks after its slashes rather than anywhere. */
function Path(props: { text: string }) {
  const parts = props.text.split(/(?<=[/\\])/);
  return (
    <code dir="ltr">
      {parts.map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one path, which never change their order
        <Fragment key={index}>
          {part}
          <wbr />
        </Fragment>
      ))}
    </code>
  );
}

/** Words of somebody else in quotes; very many fold away, so that they don't push out what matters more. */
export function UntrustedQuote(props: { text: string; className?: string | undefined }) {
  const whole = safeText(props.text);
  const short = shortWords(whole);
  if (!whole) return null;
  return (
    <div className={props.className}>
      <blockquote>
        “<UntrustedText text={short} />”
      </blockquote>
      {short === whole ? null : (
        <Disclosure label="All it says">
          <UntrustedText text={whole} />
        </Disclosure>
      )}
    </div>
  );
}
