import { z } from 'zod';
import { displayIsThere } from '../adapters/process/display.ts';

type Env = Record<string, string | undefined>;

const NAMES = ['DISPLAY', 'WAYLAND_DISPLAY', 'XAUTHORITY', 'XDG_RUNTIME_DIR'] as const;
/** In it a start that moves to another display hands on the one Castkey was first started on. */
const FIRST = 'CASTKEY_FIRST_DISPLAY';
const told = z.record(z.enum(NAMES), z.string());
type DisplayVariables = z.infer<typeof told>;

/** The variables that say where the display is; empty where there is none. */
export const displayVariables = (env: Env): DisplayVariables =>
  told.parse(Object.fromEntries(NAMES.map((name) => [name, env[name] ?? ''])));

/**
 * The environment's variables of a display that answers: its own, or else those of the display that Castkey was
 * first started on, which it would otherwise not come back to. Null when neither is there.
 */
export async function findDisplay(env: Env): Promise<DisplayVariables | null> {
  for (const variables of [displayVariables(env), readFirst(env)])
    if (variables !== null && (await displayIsThere(variables))) return variables;
  return null;
}

/** Whoever starts Castkey may have written it, so it names no other variable. */
function readFirst(env: Env): DisplayVariables | null {
  try {
    return told.safeParse(JSON.parse(env[FIRST] ?? '')).data ?? null;
  } catch {
    return null; // no JSON
  }
}

/** Sets the variables of another display, as another start told of it; false when none answers there. */
export async function moveToDisplay(env: Env, variables: unknown): Promise<boolean> {
  const next = { ...displayVariables(env), ...given(variables) };
  if (!(await displayIsThere(next))) return false;
  env[FIRST] ??= JSON.stringify(displayVariables(env));
  setDisplay(env, next);
  return true;
}

/** Those that say something. */
function given(variables: unknown): Partial<DisplayVariables> {
  const found = z.record(z.string(), z.unknown()).safeParse(variables).data ?? {};
  const names = NAMES.filter((name) => typeof found[name] === 'string' && found[name] !== '');
  return Object.fromEntries(names.map((name) => [name, found[name]]));
}

/** Has whatever is started in this environment come up on this display. */
export function setDisplay(env: Env, variables: DisplayVariables): void {
  for (const name of NAMES) {
    if (variables[name] === '') delete env[name];
    else env[name] = variables[name];
  }
}

/** Whether these are the environment's own. */
export const isDisplayOf = (env: Env, variables: DisplayVariables): boolean =>
  NAMES.every((name) => (env[name] ?? '') === variables[name]);
