import { Malformed } from '../../javascript/src/decode.ts';
import { CastkeyError } from '../../javascript/src/errors.ts';
import type { Host } from '../../javascript/src/host.ts';
import { type KeyRing, readKeyFile, withNewKey, writeKeyFile } from '../../javascript/src/key-file.ts';
import type { PairingKey } from '../../javascript/src/proof.ts';
import { type Finding, judged, skipped } from '../finding.ts';
import {
  type Check,
  type CheckContext,
  type CheckContextOptions,
  createCheckContext,
  NotAuthenticated,
  NotTried,
} from './check-context.ts';
import { expectResult, resultOf } from './expect.ts';
import { HANDSHAKE_CHECKS } from './handshake-checks.ts';
import { LINE_CHECKS } from './line-checks.ts';
import { PAIRED_CHECKS } from './paired-checks.ts';
import { isRecord } from './probe.ts';
import { REQUEST_CHECKS } from './request-checks.ts';
import { SLOW_CHECKS } from './slow-checks.ts';
import { EVENT_CHECK, STATE_CHECKS } from './state-checks.ts';
import { TRANSCRIPT_CHECKS } from './transcript-checks.ts';

/** What is judged, and how. */
export interface JudgeVaultOptions {
  readonly host: Host;
  readonly path: string;
  readonly name: string;
  readonly keyFile: string;
  /** Milliseconds in which each answer must come. */
  readonly answerTimeoutMs: number;
  /** Pair first if there is no key: a window opens. Milliseconds that people may take. */
  readonly pairMs?: number;
  /** Try the deadlines, too: 20 s more. */
  readonly slow: boolean;
  readonly onFinding: (finding: Finding) => void;
}

/**
 * Judges the vault at a path. Opens no window unless told to pair, and changes nothing; wrong proofs for a
 * paired key are told on the vault's page of activity.
 *
 * @throws CastkeyError `vault-not-running` if nobody answers there, `key-file`.
 */
export async function judgeVault(options: JudgeVaultOptions): Promise<Finding[]> {
  const findings: Finding[] = [];
  const note = (finding: Finding): void => {
    findings.push(finding);
    options.onFinding(finding);
  };
  const { host, path, name, answerTimeoutMs } = options;
  const ring = await readKeyFile(options.keyFile, name);
  const contextOptions = { host, path, name, answerTimeoutMs, key: ring };
  const key =
    ring ??
    (options.pairMs === undefined ? undefined : await pair(options, contextOptions, options.pairMs, note));
  const context = createCheckContext({ ...contextOptions, key });
  const tryAll = async (checks: readonly Check[]): Promise<void> => {
    for (const check of checks) note(await tryOne(context, check));
  };
  await tryAll([...HANDSHAKE_CHECKS, ...LINE_CHECKS]);
  for (const check of [...PAIRED_CHECKS, ...REQUEST_CHECKS, ...STATE_CHECKS]) {
    if (key) note(await tryOne(context, check));
    else note(skipped(check[0], check[1], `no key for "${name}": run it once with --pair`));
  }
  if (options.slow) await tryAll(SLOW_CHECKS);
  else for (const [section, words] of SLOW_CHECKS) note(skipped(section, words, 'only with --slow'));
  await tryAll([...TRANSCRIPT_CHECKS, EVENT_CHECK]);
  return findings;
}

async function tryOne(context: CheckContext, [section, words, tryIt]: Check): Promise<Finding> {
  try {
    return judged(section, words, await tryIt(context));
  } catch (error) {
    if (error instanceof NotTried) return skipped(section, words, error.message);
    if (error instanceof NotAuthenticated) return judged(section, words, error.message);
    if (error instanceof Malformed) return judged(section, words, error.message);
    if (error instanceof CastkeyError && error.code === 'connection-lost') {
      return judged(section, words, 'the connection broke');
    }
    throw error;
  } finally {
    context.closeAll();
  }
}

/** Pairs as a bot does and keeps the key, so that the next judgement needs no click. */
async function pair(
  { keyFile, name }: JudgeVaultOptions,
  options: CheckContextOptions,
  answerTimeoutMs: number,
  note: (finding: Finding) => void,
): Promise<PairingKey | undefined> {
  const context = createCheckContext({ ...options, answerTimeoutMs });
  try {
    const probe = await context.open();
    await context.hello(probe);
    const answer = await probe.ask('pair', { reason: 'Judges whether this vault keeps to the protocol.' });
    const wrong = expectResult(answer, 'pair');
    note(judged('§3', 'pairs, and gives a key', wrong));
    const result = resultOf(answer);
    if (wrong !== undefined || !isRecord(result)) return undefined;
    const key = { keyId: String(result.keyId), key: Buffer.from(String(result.key), 'base64url') };
    const ring: KeyRing = withNewKey(key, undefined);
    await writeKeyFile(keyFile, name, ring);
    return key;
  } finally {
    context.closeAll();
  }
}
