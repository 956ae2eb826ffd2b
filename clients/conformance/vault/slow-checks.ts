import { LIMITS } from '../../../shared/protocol.ts';
import type { Check, CheckContext } from './check-context.ts';
import type { Problem } from './expect.ts';
import type { Probe } from './probe.ts';

/** Milliseconds by which a hang-up may be early or late. */
const EARLY_MS = 1_000;
const LATE_MS = 3_000;

/** The vault hangs up on a connection that says nothing more, about 10 s from now. */
async function hangsUpInTime({ host }: CheckContext, probe: Probe): Promise<Problem> {
  const start = host.now();
  const gone = await probe.hungUp(LIMITS.handshakeMs + LATE_MS);
  const seconds = ((host.now() - start) / 1000).toFixed(1);
  if (!gone) return `still connected after ${seconds} s`;
  return host.now() - start < LIMITS.handshakeMs - EARLY_MS ? `it hung up after ${seconds} s` : undefined;
}

/** Deadlines; each takes 10 s. */
export const SLOW_CHECKS: readonly Check[] = [
  [
    '§3',
    'hangs up 10 s after a connection without hello',
    async (context) => hangsUpInTime(context, await context.open()),
  ],
  [
    '§3',
    'hangs up 10 s after hello without a proof',
    async (context) => {
      const probe = await context.open();
      await context.hello(probe);
      return hangsUpInTime(context, probe);
    },
  ],
];
