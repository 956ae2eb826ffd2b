/** A failure the person at the keyboard can mend; its message says how. */
export class SetupError extends Error {}

/** Prints one line of progress. On stderr, so that a command's own output stays clean. */
export function say(line) {
  process.stderr.write(`castkey: ${line}\n`);
}

/**
 * Runs a command's body and turns its outcome into the exit code: the number it returns, else 0.
 * A SetupError is printed without a stack, since its message is for a person.
 */
export async function runCommand(body) {
  try {
    process.exitCode = (await body()) ?? 0;
  } catch (error) {
    if (error instanceof SetupError) say(error.message);
    else process.stderr.write(`${error?.stack ?? error}\n`);
    process.exitCode = 1;
  }
}
