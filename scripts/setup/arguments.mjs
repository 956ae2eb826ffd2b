import { SetupError } from './report.mjs';

/**
 * Reads `--name N` pairs of whole numbers from 1 on.
 *
 * @param {string[]} args
 * @param {string[]} names
 * @returns {Record<string, number>}
 */
export function readNumbers(args, names) {
  const numbers = {};
  for (let at = 0; at < args.length; at += 2) {
    const name = args[at].replace(/^--/, '');
    const value = Number(args[at + 1]);
    if (!names.includes(name) || !Number.isInteger(value) || value < 1)
      throw new SetupError(
        `what can be said is ${names.map((one) => `--${one} N`).join(', ')}, N being 1 or more.`,
      );
    numbers[name] = value;
  }
  return numbers;
}
