import { INTENT } from '../../../electron/core/accounts/intents.ts';
import { intentName } from '../../../shared/intent-name.ts';

/** Names as a bot may give them. */
const NAMES: Readonly<Record<string, string>> = {
  'a word': 'chat',
  'with a space': 'stream chat',
  'with spaces around it': '  stream chat ',
  'with a no-break space around it': '\u00a0chat\u3000',
  'in capitals, which count': 'Chat',
  'with signs': 'mod+stats: #1 (late) "x"',
  'in other letters': 'чат',
  'an accent of its own': 'cafe\u0301',
  'an emoji': '🤖 chat',
  'as long as may be': 'x'.repeat(60),
  'as long as may be, with spaces around it': ` ${'x'.repeat(60)} `,
  'too long': 'x'.repeat(61),
  'as many emojis as may be, which count once': '🤖'.repeat(60),
  'too many emojis': '🤖'.repeat(61),
  nothing: '',
  'nothing but spaces': '   ',
  'two lines': 'chat\nevil',
  'a line break at its end': 'chat\n',
  'a tab': '\tchat',
  'a control character': 'ch\u0007at',
  'a next line': 'chat\u0085',
  'a line separator': 'chat\u2028',
  'a paragraph separator': 'chat\u2029',
  'nothing one sees': 'ch\u200bat',
  'a byte order mark': '\ufeffchat',
  'a sign that turns text': 'ch\u202eat',
  'a hidden tag': 'chat\u{e0041}',
  'a name of objects': '__proto__',
};

/** What the vault and the client make of a name; `sent` is null for one that is refused. */
export const intentVectors = () =>
  Object.entries(NAMES).map(([name, intent]) => {
    const sent = intentName(intent);
    const checked = INTENT.safeParse(intent);
    if ((checked.success ? checked.data : null) !== sent) throw new Error(`vault and client differ: ${name}`);
    return { name, intent, sent };
  });
