/**
 * What a bot was allowed as, and whether what uses its key now is the same. The key is what counts; this is a
 * second look.
 */
import { z } from 'zod';
import type { ProgramChangeView } from '../../../shared/views.ts';
import type { Peer } from '../ports.ts';

/** A program as it was seen at the other end of a connection. */
export const seenProgram = z.object({
  program: z.string(),
  script: z.string().nullable(),
  /** It has written over its command line, so nobody knows its script; there may be any, or none. */
  rewritten: z.boolean().default(false),
  /** SHA-256 of the script if it is an interpreter, else of the program; null where that couldn't be told. */
  fingerprint: z.string().nullable(),
  interpreter: z.boolean(),
  /** Through a program that forwards: then all else is about that one. */
  remote: z.boolean(),
  /** In a container or sandbox, where its paths mean other files; null in records of versions that didn't look. */
  apart: z.boolean().nullable().default(null),
});
export type SeenProgram = z.infer<typeof seenProgram>;

/** A program a bot's key may be used by. */
export const knownProgram = seenProgram.extend({
  since: z.number(),
  /** The first that used a key which another program had got for it. */
  learned: z.boolean().optional(),
});
export type KnownProgram = z.infer<typeof knownProgram>;

/** What a bot's record says of its programs. Records of the first versions have no more than a path. */
export interface Allowed {
  readonly program: string | null;
  programs: KnownProgram[];
}
/** How what is seen differs. `held`: it gets nothing until the streamer says that this is all right. */
export interface Difference {
  changes: ProgramChangeView[];
  held: boolean;
}

const MAX_PROGRAMS = 10;

/** What the system says, as it is remembered; null where it says nothing. */
export function seenAs(peer: Peer, fingerprint: string | null): SeenProgram | null {
  const { program, script, rewritten, interpreter, relay, otherNamespace } = peer;
  if (program === null) return null;
  return { program, script, rewritten, fingerprint, interpreter, remote: relay, apart: otherNamespace };
}

const agree = <T>(one: T | null, other: T | null): boolean => one === null || other === null || one === other;
const sameScript = (one: SeenProgram, other: SeenProgram): boolean =>
  one.rewritten || other.rewritten || one.script === other.script;
const samePaths = (one: SeenProgram, other: SeenProgram): boolean =>
  one.program === other.program && sameScript(one, other);

/** What can't be told never counts as a difference. */
function same(known: SeenProgram, seen: SeenProgram): boolean {
  if (known.remote || seen.remote) return known.remote && seen.remote;
  if (!agree(known.apart, seen.apart)) return false;
  if (known.interpreter !== seen.interpreter) return false;
  if (known.interpreter) return samePaths(known, seen) && agree(known.fingerprint, seen.fingerprint);
  // A compiled program is what it holds, wherever it lies.
  if (known.fingerprint !== null && seen.fingerprint !== null) return known.fingerprint === seen.fingerprint;
  return known.program === seen.program;
}

/** Null when the bot may be used by it. */
export function differenceOf({ program, programs }: Allowed, seen: SeenProgram): Difference | null {
  if (programs.length === 0) return program === null ? null : fromOldRecord(program, seen);
  if (programs.some((known) => same(known, seen))) return null;
  const [nearest] = [...programs].sort((one, other) => similarity(other, seen) - similarity(one, seen));
  return nearest ? { changes: changesFrom(nearest, seen), held: isHeld(nearest, seen) } : null;
}

/**
 * Scripts are edited every day by those who write them, and whoever may run `node` may run anything with
 * it: holding them back would teach the streamer to click Yes. A compiled program, and the computer a bot
 * runs on, change rarely, and then she knows.
 */
function isHeld(known: SeenProgram, seen: SeenProgram): boolean {
  return !samePlace(known, seen) || !(known.interpreter && seen.interpreter);
}

const samePlace = (one: SeenProgram, other: SeenProgram): boolean =>
  one.remote === other.remote && (one.remote || agree(one.apart, other.apart));

function changesFrom(known: SeenProgram, seen: SeenProgram): ProgramChangeView[] {
  if (!samePlace(known, seen)) return [{ what: 'place', before: placeOf(known), after: placeOf(seen) }];
  const changes: ProgramChangeView[] = [];
  if (known.program !== seen.program)
    changes.push({ what: 'program', before: known.program, after: seen.program });
  if (!sameScript(known, seen)) changes.push({ what: 'script', before: known.script, after: seen.script });
  return changes.length > 0 ? changes : [{ what: 'contents', before: null, after: null }];
}

function placeOf({ remote, apart, program }: SeenProgram): string {
  if (remote) return `another computer, or a program behind ${program}`;
  return apart ? 'a container or sandbox on this computer, which has files of its own' : 'this computer';
}

/** The first versions kept one path: the script if there was one, else the program. */
function fromOldRecord(path: string, seen: SeenProgram): Difference | null {
  if (seen.program === path || seen.script === path || seen.rewritten) return null;
  if (seen.remote)
    return { changes: [{ what: 'place', before: 'this computer', after: placeOf(seen) }], held: true };
  return {
    changes: [
      seen.interpreter
        ? { what: 'script', before: path, after: seen.script ?? seen.program }
        : { what: 'program', before: path, after: seen.program },
    ],
    held: !seen.interpreter,
  };
}

/** The place counts most, then the kind, then each path. */
function similarity(known: SeenProgram, seen: SeenProgram): number {
  const { program, script, interpreter } = known;
  const marks = [samePlace(known, seen), interpreter === seen.interpreter, program === seen.program];
  return Number(marks[0]) * 8 + Number(marks[1]) * 4 + Number(marks[2]) * 2 + Number(script === seen.script);
}

/**
 * Writes down what is newly known of a program that is allowed: its first fingerprint, or where a
 * compiled one lies by now. Returns whether anything was new.
 */
export function learn(allowed: Allowed, seen: SeenProgram, now: number): boolean {
  const known = allowed.programs.find((one) => same(one, seen));
  if (known === undefined) {
    allowed.programs = [{ ...seen, since: now }];
    return true;
  }
  const next = { ...seen, fingerprint: seen.fingerprint ?? known.fingerprint };
  // A script that was told once stays what others are compared with.
  if (seen.rewritten) Object.assign(next, { script: known.script, rewritten: known.rewritten });
  const before = JSON.stringify(known);
  Object.assign(known, next);
  return JSON.stringify(known) !== before;
}

/** Whether the script that is known can't be seen this time: no change, but nothing that speaks for it either. */
export function hidesScript({ programs }: Allowed, seen: SeenProgram): boolean {
  return seen.rewritten && programs.some((known) => same(known, seen) && !known.rewritten);
}

const exactly = (one: SeenProgram, other: SeenProgram): boolean =>
  samePaths(one, other) && one.rewritten === other.rewritten;

/** Allows a program from now on: in place of an older one at the same path, else beside the others. */
export function allow(allowed: Allowed, seen: SeenProgram, now: number): void {
  const others = allowed.programs.filter(
    (known) => !(samePlace(known, seen) && (known.remote || exactly(known, seen))),
  );
  allowed.programs = [...others, { ...seen, since: now }].slice(-MAX_PROGRAMS);
}

/** A key nobody came for in so long is no longer anybody's. */
const MAX_AWAITED_MS = 30 * 24 * 3_600_000;

/**
 * Takes a program to be the bot that another one introduced: the first that isn't that one, at the same place. Returns
 * whether it did. What the introducer itself does with the key (`castkey status`) changes nothing.
 */
export function learnIntroduced(
  bot: Allowed & { awaitsProgram: boolean; readonly pairedAt: number },
  seen: SeenProgram,
  now: number,
): boolean {
  const [introducer] = bot.programs;
  if (!bot.awaitsProgram || introducer === undefined || !samePlace(introducer, seen)) return false;
  if (now - bot.pairedAt > MAX_AWAITED_MS) return false;
  const ofIntroducer = seen.fingerprint !== null && seen.fingerprint === introducer.fingerprint;
  if (ofIntroducer || samePaths(introducer, seen)) return false;
  bot.programs = [...bot.programs, { ...seen, since: now, learned: true }];
  bot.awaitsProgram = false;
  return true;
}

/** Tells one program from another. */
export function programKey({ program, script, rewritten, fingerprint, remote, apart }: SeenProgram): string {
  return JSON.stringify(remote ? ['remote'] : [program, script, rewritten, fingerprint, apart ?? false]);
}
