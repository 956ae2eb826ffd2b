import { createHash } from 'node:crypto';
import { helixError } from '../http/answer.ts';
import type { Endpoint } from '../twitch.ts';
import { type Colour, drawPng } from './png.ts';

/** Where everybody's picture is; the query names the user by ID. */
export const PICTURE_PATH = '/profile-picture.png';

/** URL of somebody's picture, at the address by which the caller came. */
export const pictureUrl = (origin: string, userId: string): string =>
  `${origin}${PICTURE_PATH}?${new URLSearchParams({ user: userId })}`;

/** As large as Twitch's, and drawn in so many blocks a side. */
const SIDE = 300;
const BLOCKS = 5;

/** Five by five blocks, the right half a mirror of the left, and two colours: another pattern for everybody. */
function drawProfile(userId: string): Buffer {
  const digest = createHash('sha256').update(userId).digest();
  const at = (index: number): number => digest[index] ?? 0;
  const front: Colour = [64 + (at(0) >> 1), 64 + (at(1) >> 1), 64 + (at(2) >> 1)];
  const back: Colour = [at(3) >> 2, at(4) >> 2, at(5) >> 2];
  return drawPng(SIDE, (x, y) => {
    const column = Math.floor((x * BLOCKS) / SIDE);
    const row = Math.floor((y * BLOCKS) / SIDE);
    const isFront = (at(6 + row * BLOCKS + Math.min(column, BLOCKS - 1 - column)) & 1) === 1;
    return isFront ? front : back;
  });
}

/** `GET /profile-picture.png?user=ID`. Without a token, as Twitch's pictures are. */
export const profilePicture: Endpoint = (twitch, { query }) => {
  const account = twitch.accounts.byId(query.get('user') ?? '');
  if (!account) return helixError(404, 'Not Found');
  const headers = { 'content-type': 'image/png', 'cache-control': 'max-age=300' };
  return { status: 200, headers, body: drawProfile(account.id) };
};
