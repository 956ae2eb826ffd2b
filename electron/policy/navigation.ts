/** Where pages may go: Castkey's own nowhere, a Twitch page only to what its sign-in needs. */

/** What a Twitch page was opened for. */
export interface TwitchPageRules {
  /** Frames may show these and nothing else. */
  origins: readonly string[];
  /** Caught before it loads; null when the flow has none. */
  redirectUri: string | null;
}

/** `redirect`: the way back to the redirect URI, to be caught rather than loaded. */
export type Decision = 'load' | 'refuse' | 'redirect';

/** What to do with a page (or frame) that a Twitch page wants to go to. */
export function judgeNavigation(url: string, rules: TwitchPageRules): Decision {
  if (isRedirect(url, rules.redirectUri)) return 'redirect';
  const target = parse(url);
  if (target === null || target.username !== '' || target.password !== '') return 'refuse';
  // Electron security rule 13
  return rules.origins.includes(target.origin) ? 'load' : 'refuse';
}

/**
 * What to do with any request of a Twitch page. Its frames follow `judgeNavigation`; scripts, styles
 * and pictures may come from wherever Twitch keeps them, as long as it is https, or from the allowed
 * origins themselves.
 */
export function judgeRequest(url: string, resourceType: string, rules: TwitchPageRules): Decision {
  if (resourceType === 'mainFrame') return judgeNavigation(url, rules);
  const target = parse(url);
  if (target === null) return 'refuse';
  if (rules.origins.includes(target.origin)) return 'load';
  if (resourceType === 'subFrame') return 'refuse'; // Electron security rule 13
  // Electron security rule 1; a stand-in on http has no business with other hosts at all.
  const encrypted = target.protocol === 'https:' || target.protocol === 'wss:';
  return encrypted && rules.origins.every((origin) => origin.startsWith('https:')) ? 'load' : 'refuse';
}

/** True when a page of Castkey's own stays where it is: a reload, not a move. */
export function staysOnPage(from: string, to: string): boolean {
  const bare = (url: string): string => url.replace(/[?#].*$/s, '');
  return from !== '' && bare(from) === bare(to); // Electron security rule 13
}

function isRedirect(url: string, redirectUri: string | null): boolean {
  if (redirectUri === null) return false;
  const target = parse(url);
  const expected = parse(redirectUri);
  if (target === null || expected === null) return false;
  return target.origin === expected.origin && target.pathname === expected.pathname;
}

function parse(url: string): URL | null {
  try {
    return new URL(url);
  } catch {
    return null;
  }
}
