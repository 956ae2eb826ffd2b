import { INTERACTIVE, type Interactive, LIMITS, type Want as WireWant } from '../../../shared/protocol.ts';
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
    interactive: checkInteractive(options.interactive),
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
      ...(options.interactive === 'notify' ? { interactive: 'notify' } : {}),
    },
    keepAlive: options.keepAlive ?? false,
  };
}

function wireWants(wants: unknown): WireWant[] {
  return checkList(wants, WANTS, EXAMPLE).map(wireWant);
}

function wireWant(want: unknown): WireWant {
  if (typeof want !== 'object' || want === null) checkList(want, WANTS, EXAMPLE);
  const { user, intent, app, scopes, optional } = want as Record<string, unknown>;
  if ([user, intent, app || undefined].filter((one) => one !== undefined).length !== 1) {
    throw new CastkeyError('bad-request', 'Each of `wants` names a user, an intent, or `app: true`.');
  }
  if (app && (scopes !== undefined || optional !== undefined)) {
    throw new CastkeyError('bad-request', "The application's own token has no scopes to want.");
  }
  return {
    ...(user === undefined ? {} : { user: readUserId(user) }),
    ...(intent === undefined ? {} : { intent: checkIntent(intent) }),
    ...(app ? { app: true } : {}),
    ...(scopes === undefined ? {} : { scopes: checkScopeSets(scopes, '`scopes` in `wants`') }),
    ...(optional === undefined ? {} : { optional: checkScopeSets(optional, '`optional` in `wants`') }),
  };
}

function checkInteractive(given: unknown = 'allow'): Interactive {
  const known = INTERACTIVE.find((one) => one === given);
  if (known !== undefined) return known;
  throw new CastkeyError('bad-request', `interactive is ${INTERACTIVE.join(', ')}; nothing else.`);
}

const WANTS = '`wants`';
const EXAMPLE = "[{ intent: 'chat', scopes: [['chat:read'], ['chat:edit']] }]";

function checkTimeout(timeoutMs: number = LIMITS.timeoutMs.default): number {
  if (Number.isFinite(timeoutMs) && timeoutMs >= 1 && timeoutMs <= LIMITS.timeoutMs.max) {
    return Math.round(timeoutMs);
  }
  throw new CastkeyError('bad-request', `timeoutMs must be 1 to ${LIMITS.timeoutMs.max} milliseconds.`);
}
