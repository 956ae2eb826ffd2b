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
export const knownProgram = seenProgram.extend({ since: z.number() });
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
  const { program, script, interpreter, relay, otherNamespace } = peer;
  if (program === null) return null;
  return { program, script, fingerprint, interpreter, remote: relay, apart: otherNamespace };
}

const agree = <T>(one: T | null, other: T | null): boolean => one === null || other === null || one === other;
const samePaths = (one: SeenProgram, other: SeenProgram): boolean =>
  one.program === other.program && one.script === other.script;

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
  if (known.script !== seen.script)
    changes.push({ what: 'script', before: known.script, after: seen.script });
  return changes.length > 0 ? changes : [{ what: 'contents', before: null, after: null }];
}

function placeOf({ remote, apart, program }: SeenProgram): string {
  if (remote) return `another computer, or a program behind ${program}`;
  return apart ? 'a container or sandbox on this computer, which has files of its own' : 'this computer';
}

/** The first versions kept one path: the script if there was one, else the program. */
function fromOldRecord(path: string, seen: SeenProgram): Difference | null {
  if (seen.program === path || seen.script === path) return null;
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
  const fingerprint = seen.fingerprint ?? known.fingerprint;
  if (samePaths(known, seen) && fingerprint === known.fingerprint && seen.apart === known.apart) return false;
  Object.assign(known, { ...seen, fingerprint });
  return true;
}

/** Allows a program from now on: in place of an older one at the same path, else beside the others. */
export function allow(allowed: Allowed, seen: SeenProgram, now: number): void {
  const others = allowed.programs.filter(
    (known) => !(samePlace(known, seen) && (known.remote || samePaths(known, seen))),
  );
  allowed.programs = [...others, { ...seen, since: now }].slice(-MAX_PROGRAMS);
}

/** Tells one program from another. */
export function programKey({ program, script, fingerprint, remote, apart }: SeenProgram): string {
  return JSON.stringify(remote ? ['remote'] : [program, script, fingerprint, apart ?? false]);
}
