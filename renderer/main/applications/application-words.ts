import type { ApplicationSource, ApplicationView, BotView, TwitchAppKind } from '../../../shared/views.ts';
import { listed } from '../../format/phrases.ts';
import { safeText } from '../../format/safe-text.ts';

/** The two client types in Twitch's words. */
export const KIND_NAMES: Record<TwitchAppKind, string> = { public: 'Public', confidential: 'Confidential' };

/** Where an application came from. */
export const SOURCE_WORDS: Record<ApplicationSource, string> = {
  entered: 'entered by you',
  bot: 'brought by a bot',
  token: 'came with a token you pasted',
  backup: 'from a backup',
  import: 'imported with logins',
};

/** Names in a row, of which a few are enough; `none` where there are none. */
export function named(names: readonly string[], none: string): string {
  if (names.length === 0) return none;
  const shown = names.slice(0, 4).map(safeText);
  return listed(names.length > shown.length ? [...shown, `${names.length - shown.length} more`] : shown);
}

/** What goes with an application that is removed, sentence by sentence. */
export function removalWords(
  { isDefault }: Pick<ApplicationView, 'isDefault'>,
  logins: readonly string[],
  bots: readonly BotView[],
): string[] {
  const many = logins.length !== 1;
  return [
    logins.length === 0
      ? 'Nobody is signed in for it.'
      : `Castkey tells Twitch to end ${many ? 'its logins' : 'its login'} and forgets ${many ? 'them' : 'it'}: ${named(logins, '')}.`,
    bots.length === 0
      ? 'No bot works with it.'
      : `${named(
          bots.map(({ name }) => name),
          '',
        )} can no longer get a token.`,
    ...(isDefault
      ? ['It is the default: bots that bring no application are asked about until you choose another.']
      : []),
    'The application itself stays as it is in Twitch’s console.',
  ];
}
