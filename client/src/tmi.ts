import { CastkeyError } from './errors.ts';

/** The part of a provider that tmi.js needs. */
export interface ChatTokens {
  getAccessTokenForIntent(intent: string, ...scopeSets: string[][]): Promise<{ accessToken: string } | null>;
}

/** What a bot that reads and writes chat needs. */
const CHAT_SCOPES = [['chat:read'], ['chat:edit']];

/**
 * The password function of tmi.js, which asks anew at each connect, so a reconnect gets a fresh token.
 *
 * @example
 * new tmi.Client({ identity: { username: 'my_bot', password: tmiPassword(authProvider, 'chat') } });
 *
 * @param scopeSets Of each set one scope; reading and writing chat unless told.
 * @returns A function that gives `oauth:…`. It throws CastkeyError: `unknown-intent` if no account has
 *   the intent, else what `getAccessTokenForIntent` throws.
 */
export function tmiPassword(
  provider: ChatTokens,
  intent = 'chat',
  ...scopeSets: string[][]
): () => Promise<string> {
  return async () => {
    const token = await provider.getAccessTokenForIntent(
      intent,
      ...(scopeSets.length === 0 ? CHAT_SCOPES : scopeSets),
    );
    if (!token) throw new CastkeyError('unknown-intent', `No account has the intent "${intent}".`);
    return `oauth:${token.accessToken}`;
  };
}
