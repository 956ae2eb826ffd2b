import { PROTOCOL_VERSION, type VaultFacts } from '../../../shared/protocol.ts';
import { connectFrom } from '../../javascript/src/connect.ts';
import { adviceFor, CastkeyError, type CastkeyErrorCode, sanitize } from '../../javascript/src/errors.ts';
import { readKeyFile } from '../../javascript/src/key-file.ts';
import { keyFilePath } from '../../javascript/src/key-path.ts';
import type { VaultStatus } from '../../javascript/src/types.ts';
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
}

/** Calls the vault as a bot does, without any window. */
export async function checkAnswer({
  io,
  options,
  socket,
}: DoctorInput): Promise<{ finding: Finding; answer?: Answer }> {
  try {
    const provider = await connectFrom(io.host, { ...options, interactive: 'never', timeoutMs: 10_000 });
    try {
      const status = await provider.status();
      const { clientId, hasClientSecret } = provider;
      return { finding: answered(status), answer: { status, clientId, hasClientSecret } };
    } finally {
      provider.close();
    }
  } catch (error) {
    if (!(error instanceof CastkeyError)) throw error;
    return { finding: refused(error, socket.path, options.name) };
  }
}

function answered({ server, locked, users }: VaultStatus): Finding {
  const version = sanitize(server.version);
  const what = `Castkey ${version}, accounts for this bot: ${users.length}`;
  if (locked) return bad('answer', `${what}; locked`, 'Unlock Castkey.');
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

/** What the vault tells of itself, and the accounts of this bot. */
export function checkVault({ status: { vault, users } }: Answer): Finding[] {
  return [...(vault ? [keychain(vault), application(vault)] : []), accounts(users)];
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
  return bad('app', 'no Twitch application is set up yet', 'Open Castkey and enter the client ID.');
}

function accounts(users: VaultStatus['users']): Finding {
  const wrong = users.filter(({ state }) => state === 'setup').map(({ login }) => sanitize(login));
  if (wrong.length > 0) {
    const advice =
      'Castkey, Settings, Change: client ID, type and secret must be those of Twitch’s console. “missing client secret” means Confidential there, Public here.';
    return bad('accounts', `Twitch refuses the application for ${wrong.join(', ')}`, advice);
  }
  const away = users.filter(({ state }) => state === 'needs-sign-in' || state === 'expired');
  if (away.length > 0) {
    const names = away.map(({ login }) => sanitize(login)).join(', ');
    return bad('accounts', `the login is over for ${names}`, 'Castkey, Accounts: Sign in again.');
  }
  if (users.length > 0) return ok('accounts', 'every login of this bot is good');
  const advice =
    'Let the bot ask for an account (castkey token --user ID), or allow it in Castkey under Bots.';
  return note('accounts', 'this bot may use no account yet', advice);
}
