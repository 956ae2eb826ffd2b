import type { ApprovalSurface, SignInSurface } from '../../electron/core/ports.ts';
import type { Vault } from '../../electron/core/vault.ts';
import type { ApprovalChoice } from '../../shared/ipc.ts';

/** Whoever sits in front of a vault and answers what it asks, until told otherwise with a yes. */
export interface Streamer {
  approval: ApprovalChoice;
  /** At Twitch. */
  consent: 'yes' | 'no';
  /** The account consent is given as where a window names none. */
  userId: string;
  /** Nothing is answered. */
  away: boolean;
  /** How many approval windows were shown. */
  asked: number;
}

/** What the fake streamer acts with. */
interface StreamerDeps {
  vault(): Vault;
  /** Lets time go by: the buttons take no click at once. */
  pass(ms: number): void;
  /** Allows a device code at Twitch. */
  allow(userCode: string, userId: string): void;
}

const READING_MS = 2_000;
/** Between two pictures that the page tells of. */
const FRAMES_MS = 10;

/** A streamer, and the windows of the vault in front of that streamer. */
export function createFakeStreamer(
  userId: string,
  { vault, pass, allow }: StreamerDeps,
): { streamer: Streamer; approval: ApprovalSurface; signIn: SignInSurface } {
  const streamer: Streamer = { approval: 'always', consent: 'yes', userId, away: false, asked: 0 };
  const answered = new Set<string>();
  let reading: NodeJS.Timeout | undefined;
  const approval: ApprovalSurface = {
    show({ id, digest }) {
      streamer.asked += 1;
      clearInterval(reading);
      if (streamer.away) return;
      // In real time: the buttons open by timers, not by the clock.
      reading = setInterval(() => {
        const { actions, approvalView } = vault();
        void actions['approval.presented'].run({ id, digest });
        if (approvalView()?.answerable !== 'all') return;
        clearInterval(reading);
        void actions['approval.decide'].run({ id, digest, decision: streamer.approval, understood: true });
      }, FRAMES_MS);
    },
    hide: () => clearInterval(reading),
    visible: () => true,
  };
  const signIn: SignInSurface = {
    show({ id, userCode, expected, person }) {
      if (person !== null && !streamer.away) {
        setImmediate(() => {
          pass(READING_MS);
          void vault().actions['signIn.keep'].run({ id, userId: person.userId });
        });
      }
      if (streamer.away || !userCode || answered.has(userCode)) return;
      answered.add(userCode);
      if (streamer.consent === 'yes') allow(userCode, expected?.userId ?? streamer.userId);
      else setImmediate(() => void vault().actions['signIn.cancel'].run({ id: id }));
    },
    hide: () => undefined,
    showPage: () => undefined,
    hidePage: () => undefined,
  };
  return { streamer, approval, signIn };
}
