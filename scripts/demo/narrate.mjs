const WIDTH = 8;

/**
 * Tells one step, as it happens.
 *
 * @param {'demo'|'streamer'|'bot'|'you'} who
 * @param {string} text
 */
export function narrate(who, text) {
  process.stdout.write(`${who.padEnd(WIDTH)} | ${text}\n`);
}
