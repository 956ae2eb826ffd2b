import { LIMITS, type Want as WireWant } from '../../../shared/protocol.ts';
import { socketPath } from '../../../shared/socket-path.ts';
import { type BotSettings, openAuthenticated } from './authenticated-connection.ts';
import { CastkeyError } from './errors.ts';
import { type Host, nodeHost, sha256 } from './host.ts';
import { checkBotName, keyFilePath } from './key-path.ts';
import { checkIntent, openProvider } from './provider.ts';
import { checkList, checkScopeSets } from './scope-lists.ts';
import type { CastkeyAuthProvider, ConnectOptions } from './types.ts';
import { readUserId } from './user-id.ts';
import { VERSION } from './version.ts';

/**
 * Connects a bot to the vault on this computer. The first time, a window asks the streamer: at once for what
 * `wants` says, or without `wants` at the first call, for what that call needs. The key that pairing gives is
 * kept in a file, and later starts need no click.
 *
 * @example
 * const authProvider = await connect({ name: 'chat-bot', wants: [{ intent: 'chat' }] });
 * const api = new ApiClient({ authProvider });
 *
 * @throws CastkeyError Among others `vault-not-running`, `denied`, `approval-timeout`, `locked`; without `wants` those of
 *   pairing come from the first call.
 */
export function connect(options: ConnectOptions): Promise<CastkeyAuthProvider> {
  return connectFrom(nodeHost, options);
}

/**
 * {@link connect} on a machine of one's choice.
 *
 * @internal
 */
export async function connectFrom(host: Host, options: ConnectOptions): Promise<CastkeyAuthProvider> {
  const bot = botSettings(host, options);
  return openProvider({
    host,
    open: (attempt) => openAuthenticated(bot, attempt),
    wants: options.wants === undefined ? undefined : wireWants(options.wants),
    interactive: options.interactive ?? 'allow',
    timeoutMs: checkTimeout(options.timeoutMs),
    keepAlive: bot.keepAlive,
    signal: options.signal,
  });
}

function botSettings(host: Host, options: ConnectOptions): BotSettings {
  const name = checkBotName(options.name);
  const { path, problem } = socketPath({ ...host, sha256 }, options.socket);
  if (problem) throw new CastkeyError('bad-request', problem);
  return {
    host,
    name,
    version: VERSION,
    path,
    keyFile: keyFilePath(host, name, options.keyFile),
    twitchClientId: options.twitchClientId,
    pairing: {
      ...(options.reason === undefined ? {} : { reason: options.reason }),
      ...(options.introduces ? { introduces: true } : {}),
    },
    keepAlive: options.keepAlive ?? false,
  };
}

function wireWants(wants: unknown): WireWant[] {
  return checkList(wants, WANTS, EXAMPLE).map(wireWant);
}

function wireWant(want: unknown): WireWant {
  if (typeof want !== 'object' || want === null) checkList(want, WANTS, EXAMPLE);
  const { user, intent, scopes } = want as Record<string, unknown>;
  if ((user === undefined) === (intent === undefined)) {
    throw new CastkeyError('bad-request', 'Each of `wants` names either a user or an intent.');
  }
  return {
    ...(user === undefined ? {} : { user: readUserId(user) }),
    ...(intent === undefined ? {} : { intent: checkIntent(intent) }),
    ...(scopes === undefined ? {} : { scopes: checkScopeSets(scopes, '`scopes` in `wants`') }),
  };
}

const WANTS = '`wants`';
const EXAMPLE = "[{ intent: 'chat', scopes: [['chat:read'], ['chat:edit']] }]";

function checkTimeout(timeoutMs: number = LIMITS.timeoutMs.default): number {
  if (Number.isFinite(timeoutMs) && timeoutMs >= 1 && timeoutMs <= LIMITS.timeoutMs.max) {
    return Math.round(timeoutMs);
  }
  throw new CastkeyError('bad-request', `timeoutMs must be 1 to ${LIMITS.timeoutMs.max} milliseconds.`);
}
