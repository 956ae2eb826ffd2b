import { PROTOCOL_VERSION } from '../../../shared/protocol.ts';
import type { Host } from '../../javascript/src/host.ts';
import { NONCE_BYTES, type PairingKey, proofOf, sameProof } from '../../javascript/src/proof.ts';
import { resultOf, type Wrong } from './expect.ts';
import { type Answer, type Heard, isRecord, openProbe, type Probe } from './probe.ts';

/** What the checks work with. */
export interface Bench {
  readonly host: Host;
  readonly name: string;
  readonly patienceMs: number;
  /** The key of a paired bot; undefined: those checks are skipped. */
  readonly key: PairingKey | undefined;
  /** Everything the vault has said so far, by connection. */
  readonly said: readonly { readonly proven: boolean; readonly heard: readonly Heard[] }[];
  /** A new connection; all are closed at the end of a check. */
  open(): Promise<Probe>;
  /** Says hello as a good client would, with these fields changed. */
  hello(probe: Probe, more?: object): Promise<Answer>;
  /** hello with the paired key. */
  greet(): Promise<Greeted>;
  /** From now on this connection may be told of accounts. */
  prove(probe: Probe): void;
  /** hello and authenticate. Rejects with a {@link NotEntered}. */
  enter(): Promise<Probe>;
  /** Ends the connections of a check. */
  tidy(): void;
}

/** Both nonces of a connection, and the proof that came. */
export interface Greeted {
  readonly probe: Probe;
  readonly answer: Answer;
  readonly clientNonce: string;
  readonly serverNonce: string;
  readonly proof: string;
}

/** What a check needs first did not work. */
export class NotEntered extends Error {
  override readonly name = 'NotEntered';
}

/** One demand, and how it is tried. */
export type Check = readonly [section: string, words: string, tryIt: (bench: Bench) => Promise<Wrong>];

/** What the judge is told about the vault. */
export interface BenchOptions {
  readonly host: Host;
  readonly path: string;
  readonly name: string;
  readonly patienceMs: number;
  readonly key: PairingKey | undefined;
}

/** Opens nothing yet. */
export function createBench(options: BenchOptions): Bench {
  const { host, path, name, patienceMs, key } = options;
  const said: { proven: boolean; heard: readonly Heard[] }[] = [];
  const probes: { probe: Probe; record: { proven: boolean } }[] = [];
  const newNonce = (): string => host.randomBytes(NONCE_BYTES).toString('base64url');

  const bench: Bench = {
    host,
    name,
    patienceMs,
    key,
    said,
    async open() {
      const probe = await openProbe(path, host, patienceMs);
      const record = { proven: false, heard: probe.heard };
      said.push(record);
      probes.push({ probe, record });
      return probe;
    },
    hello: (probe, more = {}) =>
      probe.ask('hello', { protocol: PROTOCOL_VERSION, client: { name }, nonce: newNonce(), ...more }),
    async greet() {
      const probe = await bench.open();
      const clientNonce = newNonce();
      const answer = await bench.hello(probe, { nonce: clientNonce, keyId: key?.keyId });
      const result = resultOf(answer);
      const met = isRecord(result) ? result : {};
      return { probe, answer, clientNonce, serverNonce: String(met.nonce), proof: String(met.proof) };
    },
    prove(probe) {
      const found = probes.find((one) => one.probe === probe);
      if (found) found.record.proven = true;
    },
    async enter() {
      const { probe, clientNonce, serverNonce, proof } = await bench.greet();
      if (!key || !sameProof(proofOf('server', key.key, clientNonce, serverNonce), proof)) {
        throw new NotEntered('the vault did not prove that it knows the key');
      }
      const own = proofOf('client', key.key, clientNonce, serverNonce);
      bench.prove(probe);
      const answer = await probe.ask('authenticate', { proof: own });
      if (resultOf(answer) === undefined) throw new NotEntered('the vault refused the right proof');
      return probe;
    },
    tidy() {
      for (const { probe } of probes.splice(0)) probe.close();
    },
  };
  return bench;
}
