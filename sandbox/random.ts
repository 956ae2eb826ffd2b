import { createHash, randomInt } from 'node:crypto';

const LOWER_ALNUM = 'abcdefghijklmnopqrstuvwxyz0123456789';
const ALNUM = `ABCDEFGHIJKLMNOPQRSTUVWXYZ${LOWER_ALNUM}`;
const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const DIGITS = '0123456789';

/** `length` characters drawn evenly from `alphabet` by the system's random generator. */
function draw(length: number, alphabet: string): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
}

/** Secrets and names in the shapes Twitch gives them; lengths are in characters. */
export const random = {
  accessToken: (): string => draw(30, LOWER_ALNUM),
  refreshToken: (): string => draw(50, LOWER_ALNUM),
  authorizationCode: (): string => draw(30, LOWER_ALNUM),
  deviceCode: (): string => draw(40, ALNUM),
  userCode: (): string => draw(8, UPPER),
  clientId: (): string => draw(30, LOWER_ALNUM),
  clientSecret: (): string => draw(30, LOWER_ALNUM),
  userId: (): string => `7${draw(8, DIGITS)}`,
  ticket: (): string => draw(32, ALNUM),
} as const;

/** Hex SHA-256: the only form in which the sandbox remembers a token or a secret. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
