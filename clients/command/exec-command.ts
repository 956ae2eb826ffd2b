import type { CastkeyToken } from '../javascript/src/types.ts';
import { type Command, json, withVault } from './command.ts';
import type { Child } from './exec/child.ts';
import { followToken } from './exec/follow-token.ts';
import { createLatest } from './exec/latest.ts';
import { type Plan, readPlan } from './exec/plan.ts';
import { createScrubber } from './exec/scrubber.ts';
import { createSplay, type Splay } from './exec/splay.ts';
import { supervise } from './exec/supervise.ts';
import { openTokenFile, type TokenFile } from './exec/token-file.ts';
import { CALL_FLAGS, type CommandLine, TOKEN_FLAGS } from './flags.ts';
import type { Io } from './io.ts';
import { checkChoice, pickToken } from './pick-token.ts';

/** `castkey exec`: runs a program that finds a token in its environment. */
export const execCommand: Command = {
  summary: 'run a program with a token in its environment',
  operands: '-- COMMAND [ARGUMENT...]',
  flags: [
    ...TOKEN_FLAGS,
    'refresh',
    'env',
    'format',
    'on-change',
    'file',
    'grace',
    'splay',
    'no-scrub',
    ...CALL_FLAGS,
  ],
  passesOn: true,
  details: `The program gets TWITCH_ACCESS_TOKEN (or the name given with --env), TWITCH_CLIENT_ID and, for a user's
token, TWITCH_USER_ID. Signals are passed on to it and to all that it started (npm start, scripts). Ends as it
ends: with its exit code, with 128 + the number of the signal that killed it, with 127 if there is no such
program, 126 if it can't be run. What it leaves running is ended, too, since it has the token: by SIGTERM, after
--grace by SIGKILL. The same happens after a SIGTERM for castkey.

A token lives some four hours and Castkey renews it before that. For programs that run longer:
  --on-change restart      ends the program and all it started (SIGTERM, after --grace SIGKILL) and starts
                           it with the new token. Restarts in a row wait 1, 2, 4 … 30 seconds. A program that ends by
                           itself is not started again. Bots restart one after the other within --splay seconds
                           (20), so that a stream doesn't lose all of them at once; where the token before is over,
                           at once, and so with --splay 0.
  --on-change signal=HUP   sends the program itself the signal, and it reads the new token from a file. Its path is
                           in TWITCH_ACCESS_TOKEN_FILE (the name given with --env, and _FILE). The file
                           lies in a private folder, or at --file PATH; it is removed at the end.
  --file PATH              alone: the file is kept up to date and the program isn't told.

Tokens in the program's output become [token], old ones too. For that the output goes through a pipe, so
that a program which looks whether it has a terminal finds none: no colours, no line editing. With
--no-scrub it keeps its terminal, and its tokens aren't hidden.

Examples:
  castkey exec --intent chat --scope chat:read --on-change restart -- node bot.js
  castkey exec --user 12345 --env TMI_PASSWORD --format oauth -- python3 bot.py
  castkey exec --intent chat --on-change signal=HUP -- ./bot --token-file-from TWITCH_ACCESS_TOKEN_FILE`,
  async run(line, io, behindDashes) {
    checkChoice(line);
    const plan = readPlan(line, io.host.platform, behindDashes);
    const file = plan.file === false ? undefined : await openTokenFile(io.host, plan.file);
    try {
      return await follow(line, io, plan, file);
    } finally {
      await file?.remove();
    }
  },
};

/** Gets the token, connects for what comes after it if anything shall, and only then starts the program. */
async function follow(line: CommandLine, io: Io, plan: Plan, file: TokenFile | undefined): Promise<number> {
  const tokens = createLatest<CastkeyToken>();
  const scrubber = createScrubber();
  let child: Child | undefined;
  const tell = (what: string): void =>
    io.err(line.has('json') ? json({ type: 'exec', message: what }) : `castkey: ${what}\n`);
  const onToken = async (token: CastkeyToken, splay: Splay): Promise<void> => {
    scrubber.hide(token.accessToken);
    await file?.write(plan.secretOf(token));
    if (plan.onChange.kind === 'restart') splay.put(token);
    if (plan.onChange.kind === 'signal') child?.signalProgram(plan.onChange.signal);
  };
  const onWait = (seconds: number): void =>
    tell(
      `the token has changed; ${plan.program.command} restarts in ${seconds} s, not with all others at once`,
    );
  const onTrouble = (why: string): void =>
    tell(`no newer token, so ${plan.program.command} goes on with the one it has: ${why}`);
  const { first, stop } = await withVault(line, io, async (provider) => {
    const token = await pickToken(provider, line);
    scrubber.hide(token.accessToken);
    await file?.write(plan.secretOf(token));
    const splay = createSplay({
      ...{ io, windowMs: plan.splayMs, first: token, restart: tokens.put, onWait },
    });
    const follower = {
      ...{ io, line, first: token, onTrouble, onEvent: splay.hear },
      onToken: (newer: CastkeyToken) => onToken(newer, splay),
    };
    const stopFollowing = plan.follows ? await followToken(follower) : () => {};
    const stop = (): void => {
      splay.stop();
      stopFollowing();
    };
    return { first: token, stop };
  });
  try {
    return await supervise({
      io,
      program: { ...plan.program, scrubber: plan.scrub ? scrubber : undefined, graceMs: plan.graceMs },
      first,
      tokens,
      environment: (token) => environment(io, plan, token, file),
      tell,
      onChild: (started) => {
        child = started;
      },
    });
  } finally {
    stop();
  }
}

function environment(
  io: Io,
  { variable, secretOf }: Plan,
  token: CastkeyToken,
  file: TokenFile | undefined,
): NodeJS.ProcessEnv {
  return {
    ...io.host.env,
    TWITCH_CLIENT_ID: token.clientId,
    ...(token.userId === undefined ? {} : { TWITCH_USER_ID: token.userId }),
    ...(file === undefined ? {} : { [`${variable}_FILE`]: file.path }),
    [variable]: secretOf(token),
  };
}
