/** The sandbox's tokens (30, refresh tokens 50) and Twitch's; hashes, which are hexadecimal, aren't meant. */
const TOKEN =
  /(?<![A-Za-z0-9_-])(?![0-9a-f]+(?![A-Za-z0-9_-]))(?=[a-z]*[0-9])(?=[0-9]*[a-z])[a-z0-9]{30,64}(?![A-Za-z0-9_-])/g;
/** Pairing keys and proofs: 32 bytes in base64url, of which hardly any lacks one of the three kinds. */
const KEY =
  /(?<![A-Za-z0-9_/.-])(?=[^A-Z]{0,42}[A-Z])(?=[^a-z]{0,42}[a-z])(?=[^0-9]{0,42}[0-9])[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])/g;
/** IDs of the sandbox's own applications are public. */
const PUBLIC = /^castkeysandbox/;

/**
 * What in a text looks like a token or a pairing key, told without giving it away.
 *
 * @param {string} text
 * @returns {string[]}
 */
export function secretShapes(text) {
  const found = [...text.matchAll(TOKEN), ...text.matchAll(KEY)].map(([shape]) => shape);
  return found
    .filter((shape) => !PUBLIC.test(shape))
    .map((shape) => `${shape.slice(0, 4)}… (${shape.length} characters)`);
}
