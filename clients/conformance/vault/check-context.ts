import { PROTOCOL_VERSION } from '../../../shared/protocol.ts';
import type { Host } from '../../javascript/src/host.ts';
import { NONCE_BYTES, type PairingKey, proofOf, sameProof } from '../../javascript/src/proof.ts';
import { type Problem, resultOf } from './expect.ts';
import { type Answer, isRecord, openProbe, type Probe, type ReceivedLine } from './probe.ts';

/** What the checks work with. */
export interface CheckContext {
  readonly host: Host;
  readonly name: string;
  readonly answerTimeoutMs: number;
  /** The key of a paired bot; undefined: those checks are skipped. */
  readonly key: PairingKey | undefined;
  /** Everything the vault has said so far, by connection. */
  readonly transcript: readonly {
    readonly authenticated: boolean;
    readonly received: readonly ReceivedLine[];
  }[];
  /** A new connection; all are closed at the end of a check. */
  open(): Promise<Probe>;
  /** Says hello as a good client would, with these fields changed. */
  hello(probe: Probe, more?: object): Promise<Answer>;
  /** hello with the paired key. */
  helloWithKey(): Promise<KeyedHello>;
  /** From now on this connection may be told of accounts. */
  markAuthenticated(probe: Probe): void;
  /** hello and authenticate. Rejects with a {@link NotAuthenticated}. */
  authenticate(): Promise<Probe>;
  /** Ends the connections of a check. */
  closeAll(): void;
}

/** Both nonces of a connection, and the proof that came. */
export interface KeyedHello {
  readonly probe: Probe;
  readonly answer: Answer;
  readonly clientNonce: string;
  readonly serverNonce: string;
  readonly proof: string;
}

/** What a check needs first did not work. */
export class NotAuthenticated extends Error {
  override readonly name = 'NotAuthenticated';
}

/** It can't be tried at this vault, for the reason in the message; no fault of the vault's. */
export class NotTried extends Error {
  override readonly name = 'NotTried';
}

/** One demand, and how it is tried. */
export type Check = readonly [
  section: string,
  words: string,
  tryIt: (context: CheckContext) => Promise<Problem>,
];

/** What the judge is told about the vault. */
export interface CheckContextOptions {
  readonly host: Host;
  readonly path: string;
  readonly name: string;
  readonly answerTimeoutMs: number;
  readonly key: PairingKey | undefined;
}

/** Opens nothing yet. */
export function createCheckContext(options: CheckContextOptions): CheckContext {
  const { host, path, name, answerTimeoutMs, key } = options;
  const transcript: { authenticated: boolean; received: readonly ReceivedLine[] }[] = [];
  const probes: { probe: Probe; record: { authenticated: boolean } }[] = [];
  const newNonce = (): string => host.randomBytes(NONCE_BYTES).toString('base64url');

  const context: CheckContext = {
    host,
    name,
    answerTimeoutMs,
    key,
    transcript,
    async open() {
      const probe = await openProbe(path, host, answerTimeoutMs);
      const record = { authenticated: false, received: probe.received };
      transcript.push(record);
      probes.push({ probe, record });
      return probe;
    },
    hello: (probe, more = {}) =>
      probe.ask('hello', { protocol: PROTOCOL_VERSION, client: { name }, nonce: newNonce(), ...more }),
    async helloWithKey() {
      const probe = await context.open();
      const clientNonce = newNonce();
      const answer = await context.hello(probe, { nonce: clientNonce, keyId: key?.keyId });
      const result = resultOf(answer);
      const met = isRecord(result) ? result : {};
      return { probe, answer, clientNonce, serverNonce: String(met.nonce), proof: String(met.proof) };
    },
    markAuthenticated(probe) {
      const found = probes.find((one) => one.probe === probe);
      if (found) found.record.authenticated = true;
    },
    async authenticate() {
      const { probe, clientNonce, serverNonce, proof } = await context.helloWithKey();
      if (!key || !sameProof(proofOf('server', key.key, clientNonce, serverNonce), proof)) {
        throw new NotAuthenticated('the vault did not prove that it knows the key');
      }
      const own = proofOf('client', key.key, clientNonce, serverNonce);
      context.markAuthenticated(probe);
      const answer = await probe.ask('authenticate', { proof: own });
      if (resultOf(answer) === undefined) throw new NotAuthenticated('the vault refused the right proof');
      return probe;
    },
    closeAll() {
      for (const { probe } of probes.splice(0)) probe.close();
    },
  };
  return context;
}
