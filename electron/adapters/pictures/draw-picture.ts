import { nativeImage } from 'electron';

/** Twice the largest side at which a window shows one, in pixels. */
const SIDE = 128;

/** The middle square of a picture as a small PNG; null when Electron can't decode it. */
export function drawPicture(bytes: Uint8Array): Uint8Array | null {
  const image = nativeImage.createFromBuffer(Buffer.from(bytes));
  if (image.isEmpty()) return null;
  const { width, height } = image.getSize();
  const side = Math.min(width, height);
  const [x, y] = [Math.floor((width - side) / 2), Math.floor((height - side) / 2)];
  const square = image.crop({ x, y, width: side, height: side });
  const drawn = square.resize({ width: SIDE, height: SIDE, quality: 'best' }).toPNG();
  return drawn.length === 0 ? null : drawn;
}
