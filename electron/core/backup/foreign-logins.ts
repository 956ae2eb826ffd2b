/** Logins as other programs write them down: the Twitch CLI's config, and Twurple's tokens as JSON. */
import { z } from 'zod';
import { parseJson } from '../../../shared/parse-json.ts';
import { TOKEN_FORM } from '../../../shared/protocol.ts';
import { Secret } from '../secret.ts';

/** A login of another program's, not checked by anybody yet. */
export interface ForeignLogin {
  access: Secret;
  refresh: Secret | null;
  /** The application it belongs to, where the file says so. */
  clientId: string | null;
  /** Milliseconds since 1970; null where the file doesn't say. */
  obtainedAt: number | null;
}
/** What was found in a file. */
export type ForeignFile =
  | { kind: 'logins'; program: string; logins: ForeignLogin[]; unreadable: number }
  | { kind: 'castkey-backup' | 'unknown' | 'too-many' };

/** More than anybody has; each costs a request or two to Twitch. */
const MAX_LOGINS = 100;

const token = z.string().min(4).regex(TOKEN_FORM);
/** AccessToken in @twurple/auth, packages/auth/src/AccessToken.ts: times in seconds and milliseconds. */
const twurpleToken = z.object({
  accessToken: token,
  refreshToken: token.nullish().or(z.literal('')),
  obtainmentTimestamp: z.number().nonnegative().nullish(),
});

/** Characters of a config, which has a dozen lines. */
const MAX_CONFIG = 64 * 1024;

/** Reads a file by what is in it; its name says nothing. */
export function readForeignFile(text: string): ForeignFile {
  const value = parseJson(text.trim());
  return value === undefined ? readTwitchCli(text) : readTwurple(value);
}

/** One token, a list of them, or an object with a token for each user. */
function readTwurple(value: unknown): ForeignFile {
  if (typeof value !== 'object' || value === null) return { kind: 'unknown' };
  if ('castkeyBackup' in value) return { kind: 'castkey-backup' };
  const entries: unknown[] = 'accessToken' in value ? [value] : Object.values(value);
  const tokens = entries.filter((entry) => typeof entry === 'object' && entry !== null);
  // Before each is looked at: there is room for a hundred thousand in a file.
  if (tokens.length > MAX_LOGINS) return { kind: 'too-many' };
  const logins = tokens.flatMap((entry) => {
    const parsed = twurpleToken.safeParse(entry);
    return parsed.success ? [fromTwurple(parsed.data)] : [];
  });
  if (logins.length === 0) return { kind: 'unknown' };
  return { kind: 'logins', program: 'Twurple', logins, unreadable: tokens.length - logins.length };
}

function fromTwurple(found: z.infer<typeof twurpleToken>): ForeignLogin {
  return {
    access: new Secret(found.accessToken),
    refresh: found.refreshToken ? new Secret(found.refreshToken) : null,
    clientId: null,
    obtainedAt: found.obtainmentTimestamp ?? null,
  };
}

/** Without the quotes around it, if both are there. */
function unquoted(value: string): string {
  const [first = ''] = value;
  const quoted = (first === '"' || first === "'") && value.length > 1 && value.endsWith(first);
  return quoted ? value.slice(1, -1) : value;
}

/**
 * `KEY=value` lines, written by viper (twitch-cli, internal/login/login.go: accessToken, refreshToken,
 * tokenScopes, tokenExpiration; names in capitals in the file). Its client secret is left where it is.
 */
function readTwitchCli(text: string): ForeignFile {
  if (text.length > MAX_CONFIG) return { kind: 'unknown' };
  const values = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [name = '', ...rest] = line.split('=');
    const value = unquoted(rest.join('=').trim());
    if (value)
      values.set(
        name
          .trim()
          .replace(/^export\s+/, '')
          .toUpperCase(),
        value,
      );
  }
  const access = token.safeParse(values.get('ACCESSTOKEN'));
  if (!access.success) return { kind: 'unknown' };
  const refresh = token.safeParse(values.get('REFRESHTOKEN'));
  const login: ForeignLogin = {
    access: new Secret(access.data),
    refresh: refresh.success ? new Secret(refresh.data) : null,
    clientId: values.get('CLIENTID') ?? null,
    obtainedAt: null,
  };
  return { kind: 'logins', program: 'the Twitch CLI', logins: [login], unreadable: 0 };
}
