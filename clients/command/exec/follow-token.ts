import type { WireEventBody } from '../../../shared/protocol.ts';
import { connectFrom } from '../../javascript/src/connect.ts';
import { CastkeyError } from '../../javascript/src/errors.ts';
import type { CastkeyAuthProvider, CastkeyToken } from '../../javascript/src/types.ts';
import { commandMessageOf } from '../advice.ts';
import { Failure } from '../command-errors.ts';
import { type CommandLine, connectOptions, scopeSets } from '../flags.ts';
import type { Io } from '../io.ts';

/** Milliseconds until a failure that passes by itself is tried again, if no event comes before. */
const RETRY_MS = 15_000;

/** Who hears of the token while the program runs. */
export interface Follower {
  readonly io: Io;
  readonly line: CommandLine;
  /** The token the program was started with. */
  readonly first: CastkeyToken;
  /** A token that isn't the one before; if this fails with a Failure it is tried again. */
  onToken(token: CastkeyToken): Promise<void>;
  /** What the vault tells meanwhile; before the token is asked for again. */
  onEvent(event: WireEventBody): void;
  /** Why there is no newer one, in a sentence, once for each reason. */
  onTrouble(why: string): void;
}

/**
 * Keeps a connection of its own and asks for the token anew at every event and reconnect. No window
 * opens for it: nobody has just asked for anything.
 *
 * @returns How to stop.
 * @throws CastkeyError When the connection can't be made.
 */
export async function followToken(follower: Follower): Promise<() => void> {
  const { io, line, onToken, onEvent, onTrouble } = follower;
  const provider = await connectFrom(io.host, { ...connectOptions(line), interactive: 'never' });
  let current = follower.first.accessToken;
  let trouble = '';
  let cancelRetry = (): void => {};
  const check = oneAtATime(async () => {
    cancelRetry();
    try {
      const token = await again(provider, follower);
      if (token.accessToken !== current) await onToken(token);
      current = token.accessToken;
      trouble = '';
    } catch (error) {
      const known = error instanceof CastkeyError ? error : undefined;
      if (!known && !(error instanceof Failure)) throw error;
      const why = known ? `${commandMessageOf(known)} (${known.code})` : (error as Failure).message;
      if (known?.retryable !== false) cancelRetry = io.host.after(RETRY_MS, check, 'idle');
      if (why !== trouble) onTrouble(why);
      trouble = why;
    }
  });
  provider.onEvent((event) => {
    onEvent(event);
    check();
  });
  const stopHearing = provider.onStatus(({ connection }) => {
    if (connection === 'connected') check();
  });
  check();
  return () => {
    stopHearing();
    cancelRetry();
    provider.close();
  };
}

/** The same token as at first: by intent, or of the account it was. */
async function again(provider: CastkeyAuthProvider, { line, first }: Follower): Promise<CastkeyToken> {
  const [sets, intent] = [scopeSets(line), line.text('intent')];
  if (intent !== undefined) {
    const token = await provider.getAccessTokenForIntent(intent, ...sets);
    if (!token) throw new CastkeyError('unknown-intent', `No account has the intent "${intent}" any more.`);
    return token;
  }
  const userId = first.userId ?? '';
  const token = await provider.getAccessTokenForUser(userId, ...sets);
  if (!token) throw new CastkeyError('unknown-user', `Castkey no longer has the account ${userId}.`);
  return token;
}

/** Calls while one runs make it run once more when it is done. */
function oneAtATime(task: () => Promise<void>): () => void {
  let [running, wanted] = [false, false];
  const run = async (): Promise<void> => {
    running = true;
    do {
      wanted = false;
      await task();
    } while (wanted);
    running = false;
  };
  return () => {
    wanted = true;
    if (!running) void run();
  };
}
