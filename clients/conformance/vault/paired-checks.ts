import { proofOf, sameProof } from '../../javascript/src/proof.ts';
import type { Check, CheckContext, KeyedHello } from './check-context.ts';
import { expectError, expectResult, firstProblem, type Problem } from './expect.ts';

/** This proof is refused, and the vault hangs up. */
async function refusesProof({ probe }: KeyedHello, proof: string): Promise<Problem> {
  const wrong = expectError(await probe.ask('authenticate', { proof }), -32000, 'bad-proof');
  return wrong ?? ((await probe.hungUp()) ? undefined : 'it does not hang up');
}

const ownProof = ({ key }: CheckContext, { clientNonce, serverNonce }: KeyedHello): string =>
  proofOf('client', key?.key ?? Buffer.alloc(0), clientNonce, serverNonce);

/** The handshake of a bot that is paired. */
export const PAIRED_CHECKS: readonly Check[] = [
  [
    '§3',
    'proves that it knows the key',
    async (context) => {
      const { answer, clientNonce, serverNonce, proof } = await context.helloWithKey();
      const wrong = expectResult(answer, 'hello');
      if (wrong !== undefined) return wrong;
      const expected = proofOf('server', context.key?.key ?? Buffer.alloc(0), clientNonce, serverNonce);
      return sameProof(expected, proof) ? undefined : 'no proof, or a wrong one';
    },
  ],
  [
    '§3',
    'refuses a wrong proof, and hangs up',
    async (context) => refusesProof(await context.helloWithKey(), 'A'.repeat(43)),
  ],
  [
    '§3',
    'refuses its own proof sent back, and hangs up',
    async (context) => {
      const met = await context.helloWithKey();
      return refusesProof(met, met.proof);
    },
  ],
  [
    '§3',
    'refuses the proof of another connection, and hangs up',
    async (context) => {
      const other = await context.helloWithKey();
      return refusesProof(await context.helloWithKey(), ownProof(context, other));
    },
  ],
  [
    '§3',
    'refuses a proof that is cut off, and hangs up',
    async (context) => {
      const met = await context.helloWithKey();
      return refusesProof(met, ownProof(context, met).slice(0, -1));
    },
  ],
  [
    '§3',
    'takes the right proof',
    async (context) => {
      const met = await context.helloWithKey();
      context.markAuthenticated(met.probe);
      const answer = await met.probe.ask('authenticate', { proof: ownProof(context, met) });
      return expectResult(answer, 'authenticate');
    },
  ],
  [
    '§3',
    'takes hello and authenticate once',
    async (context) => {
      const probe = await context.authenticate();
      const again = await probe.ask('authenticate', { proof: 'A'.repeat(43) });
      const hello = await context.hello(probe);
      return firstProblem({
        authenticate: expectError(again, -32000, 'bad-request'),
        hello: expectError(hello, -32000, 'bad-request'),
      });
    },
  ],
];
