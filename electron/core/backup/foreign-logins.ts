/** Logins as other programs write them down: the Twitch CLI's config, and Twurple's tokens as JSON. */
import { z } from 'zod';
import { parseJson } from '../../../shared/parse-json.ts';
import { TOKEN_FORM } from '../../../shared/protocol.ts';
import { isTokenTime } from '../accounts/account.ts';
import { CLIENT_ID, CLIENT_SECRET } from '../applications/application.ts';
import { Secret } from '../secret.ts';

/** A login of another program's, not checked by anybody yet. */
export interface ForeignLogin {
  access: Secret;
  refresh: Secret | null;
  /** The application it belongs to, where the file says so. */
  clientId: string | null;
  /** That application's secret, where the file has it. */
  clientSecret: Secret | null;
  /** Milliseconds since 1970; null where the file doesn't say. */
  obtainedAt: number | null;
}
/** What was found in a file. */
export type ForeignFile =
  | { kind: 'logins'; program: string; logins: ForeignLogin[]; unreadable: number }
  /** What comes nearest to why there is none: `broken` looks like JSON, `no-token` is, `bad-token` has what isn't one. */
  | { kind: 'castkey-backup' | 'unknown' | 'broken' | 'no-token' | 'bad-token' | 'too-many' };

/** More than anybody has; each costs a request or two to Twitch. */
const MAX_LOGINS = 100;

const token = z.string().min(4).regex(TOKEN_FORM);
/** AccessToken in @twurple/auth, packages/auth/src/AccessToken.ts: times in seconds and milliseconds. */
const twurpleToken = z.object({
  accessToken: token,
  refreshToken: token.nullish().or(z.literal('')),
  // It is only compared by: whatever is odd about it, the login is good.
  obtainmentTimestamp: z.unknown().optional(),
});
/** The application of a token, in the same object or in one around it, as bots' configurations have it. */
const applicationOf = z.object({
  clientId: CLIENT_ID.nullish().catch(null),
  clientSecret: CLIENT_SECRET.nullish().catch(null),
});
type FoundApplication = Pick<ForeignLogin, 'clientId' | 'clientSecret'>;
/** How deep tokens may lie: by user, and in a member of that. */
const MAX_DEPTH = 3;

/** Characters of a config, which has a dozen lines. */
const MAX_CONFIG = 64 * 1024;

/** Reads a file by what is in it; its name says nothing. */
export function readForeignFile(text: string): ForeignFile {
  const value = parseJson(text.trim());
  if (value !== undefined) return readTwurple(value);
  const found = readTwitchCli(text);
  return found.kind === 'unknown' && /^\s*[{[]/.test(text) ? { kind: 'broken' } : found;
}

/** One token, a list of them, or objects with a token for each user, up to `MAX_DEPTH` levels deep. */
function readTwurple(value: unknown): ForeignFile {
  if (!isRecord(value)) return { kind: 'unknown' };
  if ('castkeyBackup' in value) return { kind: 'castkey-backup' };
  const tokens = tokensIn(value, MAX_DEPTH, { clientId: null, clientSecret: null });
  // Before each is looked at: there is room for a hundred thousand in a file.
  if (tokens.length > MAX_LOGINS) return { kind: 'too-many' };
  if (tokens.length === 0) return { kind: 'no-token' };
  const logins = tokens.flatMap(({ token: entry, application }) => {
    const parsed = twurpleToken.safeParse(entry);
    return parsed.success ? [fromTwurple(parsed.data, application)] : [];
  });
  if (logins.length === 0) return { kind: 'bad-token' };
  return { kind: 'logins', program: 'Twurple', logins, unreadable: tokens.length - logins.length };
}

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

interface FoundToken {
  token: object;
  application: FoundApplication;
}

function tokensIn(value: object, depth: number, around: FoundApplication): FoundToken[] {
  const application = applicationIn(value) ?? around;
  if ('accessToken' in value) return [{ token: value, application }];
  return depth === 0
    ? []
    : Object.values(value)
        .filter(isRecord)
        .flatMap((one) => tokensIn(one, depth - 1, application));
}

/** Null where the object itself names none. */
function applicationIn(value: object): FoundApplication | null {
  const { clientId, clientSecret } = applicationOf.safeParse(value).data ?? {};
  if (!clientId) return null;
  return { clientId, clientSecret: clientSecret ? new Secret(clientSecret) : null };
}

/** Milliseconds since 1970, as a number, digits or a date; null for what can't be a time of a Twitch token. */
function readTime(value: unknown): number | null {
  if (typeof value !== 'number' && typeof value !== 'string') return null;
  const time = typeof value === 'number' || /^\d+$/.test(value) ? Number(value) : Date.parse(value);
  return isTokenTime(time) ? time : null;
}

function fromTwurple(found: z.infer<typeof twurpleToken>, application: FoundApplication): ForeignLogin {
  return {
    access: new Secret(found.accessToken),
    refresh: found.refreshToken ? new Secret(found.refreshToken) : null,
    ...application,
    obtainedAt: readTime(found.obtainmentTimestamp),
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
 * tokenScopes, tokenExpiration; names in capitals in the file).
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
  const secret = CLIENT_SECRET.safeParse(values.get('CLIENTSECRET'));
  const login: ForeignLogin = {
    access: new Secret(access.data),
    refresh: refresh.success ? new Secret(refresh.data) : null,
    clientId: values.get('CLIENTID') ?? null,
    clientSecret: secret.success ? new Secret(secret.data) : null,
    obtainedAt: null,
  };
  return { kind: 'logins', program: 'the Twitch CLI', logins: [login], unreadable: 0 };
}
