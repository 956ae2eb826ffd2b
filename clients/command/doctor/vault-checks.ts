import { PROTOCOL_VERSION, type TwitchKind, type VaultFacts } from '../../../shared/protocol.ts';
import { connectFrom } from '../../javascript/src/connect.ts';
import { openConnection } from '../../javascript/src/connection.ts';
import { adviceFor, CastkeyError, type CastkeyErrorCode, sanitize } from '../../javascript/src/errors.ts';
import type { Host } from '../../javascript/src/host.ts';
import { readKeyFile } from '../../javascript/src/key-file.ts';
import { keyFilePath } from '../../javascript/src/key-path.ts';
import { NONCE_BYTES } from '../../javascript/src/proof.ts';
import type { CastkeyAuthProvider, VaultStatus } from '../../javascript/src/types.ts';
import { VERSION } from '../../javascript/src/version.ts';
import { commandAdviceFor } from '../advice.ts';
import { bad, type DoctorInput, type Finding, note, ok } from './finding.ts';

const MIN_NODE = 20;

/** This side: the library and what it runs on. */
export function checkVersions(): Finding {
  const what = `castkey ${VERSION}, protocol ${PROTOCOL_VERSION}, Node ${process.versions.node}`;
  if (Number.parseInt(process.versions.node, 10) >= MIN_NODE) return ok('versions', what);
  return bad('versions', what, `Use Node ${MIN_NODE} or newer.`);
}

/** The pairing key of this bot: there, sound, and readable for its owner only. */
export async function checkKey({ io, options: { name, keyFile } }: DoctorInput): Promise<Finding> {
  const path = keyFilePath(io.host, name, keyFile);
  try {
    const key = await readKeyFile(path, name);
    if (key) return ok('key', `${path} holds the key ${sanitize(key.keyId)}`);
    return note('key', `"${name}" is not paired yet`, `castkey pair --name '${name}'`);
  } catch (error) {
    if (!(error instanceof CastkeyError)) throw error;
    return bad('key', sanitize(bare(error)), commandAdviceFor(error.code));
  }
}

/** What a vault that answers says of itself, and the Twitch application its bots use. */
export interface Answer {
  readonly status: VaultStatus;
  readonly clientId: string;
  readonly hasClientSecret: boolean;
  /** Of each account whose login is good, as far as the vault gives it without a window. */
  readonly tokens: readonly { readonly user: VaultStatus['users'][number]; readonly accessToken: string }[];
}

/** What came of calling the vault. */
interface Call {
  readonly finding: Finding;
  readonly answer?: Answer;
  /** Which Twitch it works with, as it tells strangers. */
  readonly kind?: TwitchKind | undefined;
}

/** Calls the vault as a bot does, without any window. */
export async function checkAnswer({ io, options, socket }: DoctorInput): Promise<Call> {
  try {
    const provider = await connectFrom(io.host, { ...options, interactive: 'never', timeoutMs: 10_000 });
    try {
      const status = await provider.status();
      const { clientId, hasClientSecret } = provider;
      const tokens = await tokensOf(provider, status);
      return { finding: answered(status), answer: { status, clientId, hasClientSecret, tokens } };
    } finally {
      provider.close();
    }
  } catch (error) {
    if (!(error instanceof CastkeyError)) throw error;
    const kind = error.code === 'not-paired' ? await askKind(io.host, socket.path) : undefined;
    return { finding: refused(error, socket.path, options.name), kind };
  }
}

async function tokensOf(
  provider: CastkeyAuthProvider,
  { locked, users }: VaultStatus,
): Promise<Answer['tokens']> {
  const good = locked ? [] : users.filter(({ state }) => state === 'ok' || state === 'offline');
  const asked = good.map(async (user) => {
    const token = await orUndefined(provider.getAccessTokenForUser(user.userId));
    return token ? [{ user, accessToken: token.accessToken }] : [];
  });
  return (await Promise.all(asked)).flat();
}

/** Says hello as a stranger, whom a vault tells which Twitch it works with and nothing else of itself. */
async function askKind(host: Host, path: string): Promise<TwitchKind | undefined> {
  const timeoutMs = 5_000;
  const opened = openConnection({ path, host, timeoutMs, keepAlive: true, onEvent: () => {} });
  const connection = await orUndefined(opened);
  if (!connection) return undefined;
  const nonce = host.randomBytes(NONCE_BYTES).toString('base64url');
  const client = { name: 'castkey-doctor', version: VERSION };
  const hello = await orUndefined(
    connection.request('hello', { protocol: PROTOCOL_VERSION, client, nonce }, timeoutMs),
  );
  connection.close(new CastkeyError('connection-lost', 'The doctor has heard enough.'));
  return hello?.twitch;
}

/** Undefined for what the vault or its connection refuse. */
async function orUndefined<T>(wait: Promise<T>): Promise<T | undefined> {
  try {
    return await wait;
  } catch (error) {
    if (error instanceof CastkeyError) return undefined;
    throw error;
  }
}

function answered({ server, locked, users }: VaultStatus): Finding {
  const version = sanitize(server.version);
  const what = `Castkey ${version}, accounts for this bot: ${users.length}`;
  if (locked) return bad('answer', `${what}; locked`, 'Castkey’s window says how to unlock it.');
  if (version === VERSION) return ok('answer', what);
  const advice =
    'Nothing, as long as both work: they speak the same protocol. Else bring both to one version.';
  return note('answer', `${what}; this is castkey ${VERSION}`, advice);
}

const NOT_THE_VAULT: ReadonlySet<CastkeyErrorCode> = new Set([
  'vault-unproven',
  'connection-lost',
  'timeout',
  'internal',
]);

function refused(error: CastkeyError, path: string, name: string): Finding {
  const what = `${error.code}: ${bare(error)}`;
  if (error.code === 'not-paired') return note('answer', what, `castkey pair --name '${name}'`);
  if (!NOT_THE_VAULT.has(error.code)) return bad('answer', what, commandAdviceFor(error.code));
  const look = `See which program listens there: lsof '${path}' or ss -xlp. If it isn't Castkey, quit it and start Castkey.`;
  return bad('answer', what, look);
}

/** The message without the advice that ends it. */
function bare({ code, message }: CastkeyError): string {
  return message.replace(adviceFor(code), '').trim();
}

/** What the vault tells of itself. */
export function checkVault({ status: { vault } }: Answer): Finding[] {
  return vault ? [keychain(vault), application(vault)] : [];
}

function keychain({ protection, backend }: VaultFacts): Finding {
  const name = sanitize(backend) || 'unknown';
  if (protection === 'passphrase') return ok('keychain', 'logins are sealed with a passphrase');
  if (protection === 'os') return ok('keychain', `logins are sealed by ${name}`);
  const why = protection === 'weak' ? 'protects with a key that anybody can know' : 'can’t be used';
  const advice =
    'Set a passphrase in Castkey under Settings, or install and unlock a keychain (gnome-keyring, KWallet).';
  return note('keychain', `logins are in memory only, gone when Castkey quits: ${name} ${why}`, advice);
}

function application({ app }: VaultFacts): Finding {
  if (app !== null) return ok('app', `the Twitch application is ${app}`);
  const advice =
    'Let the bot bring its client ID (twitchClientId, --client-id), or add one in Castkey under Settings.';
  return bad('app', 'Castkey has no Twitch application yet', advice);
}
