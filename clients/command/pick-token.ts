import { CastkeyError } from '../javascript/src/errors.ts';
import type { CastkeyAuthProvider, CastkeyToken } from '../javascript/src/types.ts';
import { usage } from './command-errors.ts';
import { type CommandLine, scopeSets } from './flags.ts';

/**
 * The token the flags ask for. With none of --user, --intent, --app and --any it is that of the one
 * account this bot may use.
 *
 * @throws CastkeyError Also for an unknown account, which the library answers with null.
 */
export async function pickToken(provider: CastkeyAuthProvider, line: CommandLine): Promise<CastkeyToken> {
  const [user, intent] = [line.text('user'), line.text('intent')];
  if (line.has('app')) return provider.getAppAccessToken();
  if (line.has('any')) return provider.getAnyAccessToken(user);
  const sets = scopeSets(line);
  if (intent !== undefined) {
    const token = await provider.getAccessTokenForIntent(intent, ...sets);
    if (!token) throw new CastkeyError('unknown-intent', `No account has the intent "${intent}".`);
    return line.has('refresh') ? provider.refreshAccessTokenForIntent(intent) : token;
  }
  const userId = user ?? onlyUser(provider);
  const token = await provider.getAccessTokenForUser(userId, ...sets);
  if (!token) throw new CastkeyError('unknown-user', `Castkey has no account ${userId}.`);
  return line.has('refresh') ? provider.refreshAccessTokenForUser(userId) : token;
}

/** @throws UsageError When more than one way to choose is given, --any with --user aside, or what goes with no such token. */
export function checkChoice(line: CommandLine): void {
  const choices = [
    line.text('intent') !== undefined,
    line.has('app'),
    line.has('any') || line.text('user') !== undefined,
  ];
  if (choices.filter(Boolean).length > 1) throw usage('Give only one of --user, --intent, --app and --any.');
  const ofUser = !line.has('app') && !line.has('any');
  if (!ofUser && scopeSets(line).length > 0) throw usage('Scopes go with --user or --intent.');
  if (!ofUser && line.has('refresh')) throw usage('--refresh goes with --user or --intent.');
}

function onlyUser({ users }: CastkeyAuthProvider): string {
  const [only, ...others] = users;
  if (only && others.length === 0) return only.userId;
  const known = users.map(({ userId, login }) => `--user ${userId} (${login})`).join(', ');
  throw usage(only ? `Which account? ${known}.` : 'Which account? Give --user ID or --intent NAME.');
}
