import { describe, expect, it } from 'vitest';
import { createPictureFetch } from '../../../../../electron/adapters/pictures/fetch-picture.ts';
import { readPictureFacts } from '../../../../../electron/adapters/pictures/picture-format.ts';
import { drawPng } from '../../../../../sandbox/pictures/png.ts';
import type { NetworkBytes } from '../../../../../shared/network/request.ts';

const png = (side = 300): Buffer => drawPng(side, () => [10, 20, 30]);
const GIF = Buffer.from('R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs=', 'base64');
const WEBP = Buffer.from('UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA', 'base64');

/** The beginning of a JPEG: a comment, tables, and a frame of that size. */
function jpeg(width: number, height: number, frame = 0xc2): Buffer {
  const comment = [0xff, 0xfe, 0, 6, 1, 2, 3, 4];
  const table = [0xff, 0xc4, 0, 3, 0, 0xff]; // the last is padding
  const size = [height >> 8, height & 255, width >> 8, width & 255];
  return Buffer.from([0xff, 0xd8, ...comment, ...table, 0xff, frame, 0, 11, 8, ...size, 1, 1, 0x11, 0]);
}

/** PNG of this size, as far as its header says. */
function pngOfSize(width: number, height: number): Buffer {
  const bytes = png(1);
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes;
}

const answer = (bytes: Uint8Array, status = 200): NetworkBytes => ({
  ...{ kind: 'answer', status, bytes },
  header: () => null,
});

async function fetchOf(reply: NetworkBytes, draw = (bytes: Uint8Array): Uint8Array | null => bytes) {
  const asked: [string, string, number][] = [];
  const fetch = createPictureFetch({
    draw,
    download: async (...request) => {
      asked.push(request);
      return reply;
    },
  });
  return { got: await fetch('https://static-cdn.jtvnw.net/a.png'), asked };
}

describe('a picture', () => {
  it('is what was drawn from what was received, of which at most 200 kB are taken', async () => {
    const { got, asked } = await fetchOf(answer(png()), () => Buffer.from('drawn'));
    expect(got).toEqual({ kind: 'picture', bytes: Buffer.from('drawn') });
    expect(asked).toEqual([['https://static-cdn.jtvnw.net/a.png', 'image/png, image/jpeg', 200_000]]);
  });

  it('may be a JPEG', async () => {
    expect((await fetchOf(answer(jpeg(300, 300)))).got.kind).toBe('picture');
  });

  it.each<[string, NetworkBytes]>([
    ['a GIF', answer(GIF)],
    ['a WebP', answer(WEBP)],
    ['an SVG', answer(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'))],
    ['a page', answer(Buffer.from('<!doctype html>'))],
    ['nothing', answer(Buffer.alloc(0))],
    ['the beginning of a PNG', answer(png().subarray(0, 20))],
    ['a PNG too wide', answer(pngOfSize(1025, 10))],
    ['a PNG too high', answer(pngOfSize(10, 2 ** 32 - 1))],
    ['a PNG without width', answer(pngOfSize(0, 10))],
    ['a JPEG too wide', answer(jpeg(65_535, 65_535))],
    ['a JPEG without a frame', answer(Buffer.from([0xff, 0xd8, 0xff, 0xd9, 0, 0, 0, 0, 0, 0, 0, 0]))],
    [
      'a JPEG of tables without end',
      answer(Buffer.from([0xff, 0xd8, 0xff, 0xc4, 0xff, 0xff, 0, 0, 0, 0, 0, 0])),
    ],
    ['a redirect', answer(png(), 302)],
    ['a refusal', answer(png(), 403)],
    ['a body without end', { kind: 'failure', sent: true, cause: 'body-too-large' }],
  ])('is refused, and nothing decoded, where it is %s', async (_what, reply) => {
    const decoded: Uint8Array[] = [];
    const { got } = await fetchOf(reply, (bytes) => {
      decoded.push(bytes);
      return bytes;
    });
    expect(got).toMatchObject({ kind: 'refused' });
    expect(decoded).toEqual([]);
  });

  it('that can’t be decoded is refused', async () => {
    expect((await fetchOf(answer(png()), () => null)).got).toMatchObject({ kind: 'refused' });
  });

  it.each<[string, NetworkBytes]>([
    ['no answer', { kind: 'failure', sent: false, cause: 'ENOTFOUND' }],
    ['too many requests', answer(Buffer.alloc(0), 429)],
    ['a failure of the host', answer(Buffer.alloc(0), 503)],
  ])('may come later after %s', async (_what, reply) => {
    expect((await fetchOf(reply)).got).toMatchObject({ kind: 'unreachable' });
  });
});

describe('what a picture says of itself', () => {
  it.each([
    ['a PNG', png(7), { format: 'png', width: 7, height: 7 }],
    ['a JPEG', jpeg(300, 200), { format: 'jpeg', width: 300, height: 200 }],
    ['a baseline JPEG', jpeg(1, 2, 0xc0), { format: 'jpeg', width: 1, height: 2 }],
    ['a JPEG with a frame of a reserved kind', jpeg(1, 2, 0xc8), null],
  ])('is read of %s', (_what, bytes, facts) => {
    expect(readPictureFacts(bytes)).toEqual(facts);
  });
});
