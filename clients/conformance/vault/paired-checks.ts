import { proofOf, sameProof } from '../../javascript/src/proof.ts';
import type { Bench, Check, Greeted } from './check-context.ts';
import { firstWrong, type Wrong, wantsError, wantsResult } from './expect.ts';

/** This proof is refused, and the vault hangs up. */
async function refusesProof({ probe }: Greeted, proof: string): Promise<Wrong> {
  const wrong = wantsError(await probe.ask('authenticate', { proof }), -32000, 'bad-proof');
  return wrong ?? ((await probe.hungUp()) ? undefined : 'it does not hang up');
}

const ownProof = ({ key }: Bench, { clientNonce, serverNonce }: Greeted): string =>
  proofOf('client', key?.key ?? Buffer.alloc(0), clientNonce, serverNonce);

/** The handshake of a bot that is paired. */
export const PAIRED_CHECKS: readonly Check[] = [
  [
    '§3',
    'proves that it knows the key',
    async (bench) => {
      const { answer, clientNonce, serverNonce, proof } = await bench.greet();
      const wrong = wantsResult(answer, 'hello');
      if (wrong !== undefined) return wrong;
      const expected = proofOf('server', bench.key?.key ?? Buffer.alloc(0), clientNonce, serverNonce);
      return sameProof(expected, proof) ? undefined : 'no proof, or a wrong one';
    },
  ],
  [
    '§3',
    'refuses a wrong proof, and hangs up',
    async (bench) => refusesProof(await bench.greet(), 'A'.repeat(43)),
  ],
  [
    '§3',
    'refuses its own proof sent back, and hangs up',
    async (bench) => {
      const met = await bench.greet();
      return refusesProof(met, met.proof);
    },
  ],
  [
    '§3',
    'refuses the proof of another connection, and hangs up',
    async (bench) => {
      const other = await bench.greet();
      return refusesProof(await bench.greet(), ownProof(bench, other));
    },
  ],
  [
    '§3',
    'refuses a proof that is cut off, and hangs up',
    async (bench) => {
      const met = await bench.greet();
      return refusesProof(met, ownProof(bench, met).slice(0, -1));
    },
  ],
  [
    '§3',
    'takes the right proof',
    async (bench) => {
      const met = await bench.greet();
      bench.prove(met.probe);
      const answer = await met.probe.ask('authenticate', { proof: ownProof(bench, met) });
      return wantsResult(answer, 'authenticate');
    },
  ],
  [
    '§3',
    'takes hello and authenticate once',
    async (bench) => {
      const probe = await bench.enter();
      const again = await probe.ask('authenticate', { proof: 'A'.repeat(43) });
      const hello = await bench.hello(probe);
      return firstWrong({
        authenticate: wantsError(again, -32000, 'bad-request'),
        hello: wantsError(hello, -32000, 'bad-request'),
      });
    },
  ],
];
