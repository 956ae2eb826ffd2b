import { LIMITS, type PairParams } from '../../../shared/protocol.ts';
import { socketPath } from '../../../shared/socket-path.ts';
import { type BotSettings, openAuthenticated } from './authenticated-connection.ts';
import { CastkeyError } from './errors.ts';
import { type Host, nodeHost, sha256 } from './host.ts';
import { checkBotName, keyFilePath } from './key-path.ts';
import { openProvider } from './provider.ts';
import type { CastkeyAuthProvider, ConnectOptions, Want } from './types.ts';
import { readUserId } from './user-id.ts';
import { VERSION } from './version.ts';

/**
 * Connects a bot to the vault on this computer. The first time, a window asks the streamer; the key
 * that pairing gives is kept in a file, and later starts need no click.
 *
 * @example
 * const authProvider = await connect({ name: 'chat-bot', wants: [{ intent: 'chat' }] });
 * const api = new ApiClient({ authProvider });
 *
 * @throws CastkeyError Among others `vault-not-running`, `denied`, `approval-timeout`, `locked`.
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
    pairing: pairingOf(options),
    keepAlive: options.keepAlive ?? false,
  };
}

function pairingOf({ reason, wants, introduces }: ConnectOptions): PairParams {
  return {
    ...(reason === undefined ? {} : { reason }),
    ...(wants === undefined ? {} : { wants: wants.map(wireWant) }),
    ...(introduces ? { introduces } : {}),
  };
}

function wireWant({ user, intent, scopes }: Want): NonNullable<PairParams['wants']>[number] {
  if ((user === undefined) === (intent === undefined)) {
    throw new CastkeyError('bad-request', 'Each of `wants` names either a user or an intent.');
  }
  return {
    ...(user === undefined ? {} : { user: readUserId(user) }),
    ...(intent === undefined ? {} : { intent }),
    ...(scopes === undefined ? {} : { scopes }),
  };
}

function checkTimeout(timeoutMs: number = LIMITS.timeoutMs.default): number {
  if (Number.isFinite(timeoutMs) && timeoutMs >= 1 && timeoutMs <= LIMITS.timeoutMs.max) {
    return Math.round(timeoutMs);
  }
  throw new CastkeyError('bad-request', `timeoutMs must be 1 to ${LIMITS.timeoutMs.max} milliseconds.`);
}
