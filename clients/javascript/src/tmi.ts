import { CastkeyError } from './errors.ts';
import { checkScopeSets } from './scope-lists.ts';

/** The part of a provider that tmi.js needs; one that can't refresh gives its tokens as they are. */
export interface ChatTokens {
  getAccessTokenForIntent(intent: string, ...scopeSets: string[][]): Promise<{ accessToken: string } | null>;
  refreshAccessTokenForIntent?(intent: string): Promise<{ accessToken: string }>;
}

/** What a bot that reads and writes chat needs. */
const CHAT_SCOPES = [['chat:read'], ['chat:edit']];

/**
 * The password function of tmi.js, which calls it at each connect. tmi.js gives up for good once Twitch
 * refuses a login, so the vault looks each time whether Twitch still takes the token, and renews it if not.
 *
 * @example
 * new tmi.Client({ identity: { username: 'my_bot', password: tmiPassword(authProvider, 'chat') } });
 *
 * @param scopeSets Of each set one scope; reading and writing chat unless told.
 * @returns A function that gives `oauth:…`. It throws CastkeyError: `unknown-intent` if no account has
 *   the intent, else what the provider throws.
 */
export function tmiPassword(
  provider: ChatTokens,
  intent = 'chat',
  ...scopeSets: string[][]
): () => Promise<string> {
  const sets = scopeSets.length === 0 ? CHAT_SCOPES : checkScopeSets(scopeSets, 'scope sets');
  return async () => {
    const token = await provider.getAccessTokenForIntent(intent, ...sets);
    if (!token) throw new CastkeyError('unknown-intent', `No account has the intent "${intent}".`);
    return `oauth:${await checked(provider, intent, token.accessToken)}`;
  };
}

/** The vault validates before it renews; when it or Twitch can't be asked, the token in hand must do. */
async function checked(provider: ChatTokens, intent: string, held: string): Promise<string> {
  try {
    return (await provider.refreshAccessTokenForIntent?.(intent))?.accessToken ?? held;
  } catch (error) {
    if (error instanceof CastkeyError && error.retryable) return held;
    throw error;
  }
}
