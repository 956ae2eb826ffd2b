import { adviceFor, type CastkeyError, type CastkeyErrorCode } from '../javascript/src/errors.ts';

/** Where the library's advice names an option of the library, the flag that does the same. */
const OWN_ADVICE: Readonly<Partial<Record<CastkeyErrorCode, string>>> = {
  timeout: 'Try again, or allow more time with --timeout.',
  'scope-missing':
    'Grant it in Castkey under Accounts, or ask with --scope and without --no-prompt: a window then asks for it.',
  'bad-request': 'Correct the flags: --help shows them.',
  'unsupported-protocol': 'Bring this castkey and Castkey to the same version.',
};

/** What to do about an error of this code, at a command line. */
export function commandAdviceFor(code: CastkeyErrorCode): string {
  return OWN_ADVICE[code] ?? adviceFor(code);
}

/** What happened and what to do about it, at a command line. */
export function commandMessageOf({ code, message }: CastkeyError): string {
  return message.replace(adviceFor(code), commandAdviceFor(code));
}
