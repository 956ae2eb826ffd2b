/** Pages `page.open` can name. Windows never hand over a URL. */
export const NAMED_PAGES = Object.freeze({
  'twitch-console': 'https://dev.twitch.tv/console/apps',
  'twitch-connections': 'https://www.twitch.tv/settings/connections',
  help: 'https://dev.twitch.tv/docs/authentication/',
});

const HOSTS: ReadonlySet<string> = new Set(['www.twitch.tv', 'id.twitch.tv', 'dev.twitch.tv']);
/** Longer than any URL Twitch's sign-in needs; some systems choke on more. */
const MAX_CHARACTERS = 4096;

/**
 * True for what may be opened in the system's browser: https at Twitch's own hosts, and the origin of
 * the stand-in when one is in use. The system would start a program for other schemes, so there is no
 * list of bad ones, only this list of good ones.
 */
export function isSafeUrl(text: string, standInOrigin: string | null): boolean {
  if (text.length > MAX_CHARACTERS || hasOddCharacters(text)) return false;
  const url = parse(text);
  if (url === null || url.username !== '' || url.password !== '') return false;
  if (standInOrigin !== null && url.protocol === 'http:' && url.origin === standInOrigin) return true;
  // Electron security rule 15
  return url.protocol === 'https:' && url.port === '' && HOSTS.has(url.hostname);
}

/**
 * Whitespace, control characters, backslashes and quotes: URL parsers forgive them in ways that
 * differ, and on some systems a command line is what carries them.
 */
function hasOddCharacters(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return /[\u0000-\u0020\u007f-\uffff\\"'`<>^{|}]/.test(text);
}

function parse(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}
