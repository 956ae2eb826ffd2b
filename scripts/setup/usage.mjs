/** Prints what a script's flags are and ends, if that is what was asked for. */
export function helpIfAsked(text) {
  if (!process.argv.slice(2).some((arg) => arg === '--help' || arg === '-h')) return;
  process.stdout.write(text);
  process.exit(0);
}
